#pragma once
#include "LongDouble.h"

#include "Allocator.h"
