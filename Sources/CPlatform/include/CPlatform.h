#pragma once
#include "LongDouble.h"

#include "Allocator.h"

#include "Prefetch.h"
