// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/socket.h>

// In C because these headers of Linux are in no module that Swift can import.
#include <sys/epoll.h>
#include <sys/eventfd.h>

// accept4(2) with SOCK_NONBLOCK and SOCK_CLOEXEC, which only _GNU_SOURCE declares.
int engram_accept(int listener, struct sockaddr *address, socklen_t *length);

// Names the calling thread, for tools like top; likewise. Names end after 15 characters.
void engram_name_thread(const char *name);
