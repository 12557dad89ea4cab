#pragma once
#include "LongDouble.h"

#include "Allocator.h"
#include "CycleClock.h"

#include "Prefetch.h"

#include "Sockets.h"
