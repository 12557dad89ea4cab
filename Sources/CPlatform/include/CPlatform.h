#pragma once
#include "LongDouble.h"
