// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "Kernels.h"

// The walks through a graph, for each instruction set with its own kernels inlined. In Swift, with
// a call a kernel, a search of 116,659 vectors took a tenth longer.

INLINE const uint32_t *link_row(const EngramRows *rows, uint32_t id, size_t level) {
    const uint32_t chunk = id >> rows->shift, local = id & rows->mask;
    if (level == 0) return rows->chunks[chunk].links + (size_t)local * rows->link_stride;
    return rows->uppers[chunk][local] + (level - 1) * rows->upper_stride;
}

INLINE void prefetch_links(const EngramRows *rows, uint32_t id, size_t level) {
    // The rows of higher levels are behind another address, and there are few.
    if (level > 0) return;
    const uint32_t *row = link_row(rows, id, 0);
    engram_prefetch(row);
    engram_prefetch(row + 16);
}

/// Copies the ids of a row that a walk did not see yet, and marks them as seen.
INLINE size_t gather_unseen(const EngramRows *rows, uint32_t id, const EngramWalk *walk,
                            uint32_t *target) {
    const uint32_t *row = link_row(rows, id, walk->level);
    const size_t capacity = walk->level == 0 ? rows->link_stride : rows->upper_stride;
    uint8_t *seen = walk->seen;
    const uint8_t search = walk->search;
    size_t count = 0;
    for (size_t i = 0; i < capacity && row[i] != ENGRAM_NO_LINK; i++) {
        const uint32_t linked = row[i];
        // Written in any case and counted if it is new: which it is cannot be foreseen.
        target[count] = linked;
        count += seen[linked] != search;
        seen[linked] = search;
    }
    return count;
}

typedef void (*Estimates)(const EngramRows *, const EngramSignQuery *, const uint32_t *, size_t,
                          float *, const uint32_t *, size_t);
typedef size_t (*Nearer)(const uint32_t *, const float *, size_t, float, uint64_t *);
typedef size_t (*PoolInsert)(uint64_t *, size_t, size_t, uint64_t);

/// The next node is chosen before the links of the last one are scored, so that their records are
/// on the way while others are worked on.
INLINE size_t walk_generic(const EngramRows *rows, const EngramWalkQuery *query,
                           const EngramWalk *walk, Estimates estimates, Nearer nearer,
                           PoolInsert insert) {
    const size_t width = walk->width, level = walk->level;
    const size_t room = rows->link_stride > rows->upper_stride ? rows->link_stride
                                                               : rows->upper_stride;
    uint32_t *ids = walk->ids, *gathered = walk->ids + room;
    uint64_t *pool = walk->pool;
    size_t count = 0, cursor = 0, waiting = 1;
    gathered[0] = walk->start;
    walk->seen[walk->start] = walk->search;
    do {
        uint32_t *const last = ids;
        ids = gathered;
        gathered = last;
        const size_t fresh = waiting;
        waiting = 0;
        if (cursor < count) {
            const uint32_t id = engram_candidate_slot(pool[cursor]);
            pool[cursor] |= ENGRAM_EXPANDED;
            waiting = gather_unseen(rows, id, walk, gathered);
            // It is likely to be measured in the end.
            if (query->measure == NULL) engram_prefetch_code(rows, id);
            cursor++;
        }
        if (query->measure == NULL) {
            estimates(rows, &query->signs, ids, fresh, walk->distances, gathered, waiting);
        } else {
            query->measure(rows, &query->exact, ids, fresh, walk->distances);
        }
        const float limit =
            count == width ? engram_candidate_distance(pool[width - 1]) : INFINITY;
        const size_t near = nearer(ids, walk->distances, fresh, limit, walk->keys);
        for (size_t i = 0; i < near; i++) {
            const uint64_t key = walk->keys[i];
            if (count == width && key >= pool[width - 1]) continue;
            const size_t place = insert(pool, count, width, key);
            if (count < width) count++;
            if (place <= cursor) prefetch_links(rows, engram_candidate_slot(key), level);
            if (place < cursor) cursor = place;
        }
        while (cursor < count && (pool[cursor] & ENGRAM_EXPANDED) != 0) cursor++;
        if (cursor + 1 < count) {
            prefetch_links(rows, engram_candidate_slot(pool[cursor + 1]), level);
        }
    } while (cursor < count || waiting > 0);
    return count;
}

/// From a node to the nearest of its neighbours, for as long as that is nearer, level by level.
INLINE uint32_t descend_generic(const EngramRows *rows, const EngramWalkQuery *query,
                                const EngramWalk *walk, size_t level, Estimates estimates) {
    uint64_t nearest = engram_candidate_key(INFINITY, walk->start);
    while (level > walk->level) {
        const uint32_t *row = link_row(rows, engram_candidate_slot(nearest), level);
        size_t count = 0;
        while (count < rows->upper_stride && row[count] != ENGRAM_NO_LINK) {
            if (query->measure == NULL) engram_prefetch_signs(rows, row[count]);
            count++;
        }
        if (query->measure == NULL) {
            estimates(rows, &query->signs, row, count, walk->distances, NULL, 0);
        } else {
            query->measure(rows, &query->exact, row, count, walk->distances);
        }
        uint64_t best = nearest;
        for (size_t i = 0; i < count; i++) {
            const uint64_t key = engram_candidate_key(walk->distances[i], row[i]);
            best = key < best ? key : best;
        }
        if (best == nearest) level--;
        nearest = best;
    }
    return engram_candidate_slot(nearest);
}

#define DEFINE_WALKS(set, target)                                                                \
    target static size_t set##_walk(const EngramRows *rows, const EngramWalkQuery *query,       \
                                    const EngramWalk *walk) {                                   \
        return walk_generic(rows, query, walk, set##_estimates, set##_nearer, set##_pool_insert); \
    }                                                                                           \
    target static uint32_t set##_descend(const EngramRows *rows, const EngramWalkQuery *query,  \
                                         const EngramWalk *walk, size_t level) {                \
        return descend_generic(rows, query, walk, level, set##_estimates);                      \
    }
