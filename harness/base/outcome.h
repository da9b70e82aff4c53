// Outcome<T>: a value or an Error, with the member names of std::expected (which GCC 12 lacks).
#pragma once

#include <cassert>
#include <utility>
#include <variant>

#include "base/error.h"

namespace e2e {

template <typename T>
class [[nodiscard]] Outcome {
 public:
  Outcome(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Outcome(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  T& value() & {
    assert(has_value());
    return std::get<0>(state_);
  }
  const T& value() const& {
    assert(has_value());
    return std::get<0>(state_);
  }
  T&& value() && {
    assert(has_value());
    return std::get<0>(std::move(state_));
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  Error& error() & {
    assert(!has_value());
    return std::get<1>(state_);
  }
  const Error& error() const& {
    assert(!has_value());
    return std::get<1>(state_);
  }
  Error&& error() && {
    assert(!has_value());
    return std::get<1>(std::move(state_));
  }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Outcome<void> {
 public:
  Outcome() = default;
  Outcome(Error error) : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  bool has_value() const { return !error_.has_value(); }
  explicit operator bool() const { return has_value(); }

  Error& error() & {
    assert(!has_value());
    return *error_;
  }
  const Error& error() const& {
    assert(!has_value());
    return *error_;
  }
  Error&& error() && {
    assert(!has_value());
    return std::move(*error_);
  }

 private:
  std::optional<Error> error_;
};

using Status = Outcome<void>;

}  // namespace e2e

#define E2E_CONCAT_INNER(a, b) a##b
#define E2E_CONCAT(a, b) E2E_CONCAT_INNER(a, b)

// E2E_TRY(auto pods, api.List(…), "reading the pods of " + ns): declares `pods`, or returns the
// error with that context. The context is evaluated only on failure.
#define E2E_TRY(declaration, expression, context)                                                               \
  auto E2E_CONCAT(outcome_, __LINE__) = (expression);                                                           \
  if (!E2E_CONCAT(outcome_, __LINE__)) return std::move(E2E_CONCAT(outcome_, __LINE__)).error().While(context); \
  declaration = std::move(E2E_CONCAT(outcome_, __LINE__)).value()

// The same for an Outcome<void>.
#define E2E_CHECK(expression, context)                                                              \
  do {                                                                                              \
    if (auto outcome_ = (expression); !outcome_) return std::move(outcome_).error().While(context); \
  } while (false)
