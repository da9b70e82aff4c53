// MakeStep<T>: the factory of a step kind, for the rows of the catalog; FaultKind<T>: the row of one that breaks
// something.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "steps/step.h"

namespace e2e {

template <typename T>
std::function<std::unique_ptr<Step>()> MakeStep() {
  return [] { return std::make_unique<T>(); };
}

template <typename T>
StepKind FaultKind(std::string name, std::string help, Duration within) {
  return {std::move(name), std::move(help), within, MakeStep<T>(), /*checks=*/false, /*breaks=*/true};
}

}  // namespace e2e
