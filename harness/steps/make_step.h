// MakeStep<T>: the factory of a step kind, for the rows of the catalog.
#pragma once

#include <functional>
#include <memory>

#include "steps/step.h"

namespace e2e {

template <typename T>
std::function<std::unique_ptr<Step>()> MakeStep() {
  return [] { return std::make_unique<T>(); };
}

}  // namespace e2e
