// ProgressPrinter: what GoogleTest prints, so that it suits a quiet run and a terminal with a live board.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <utility>

#include "run/live_board.h"

namespace e2e {

// Passes everything on to another printer, with the board away meanwhile. When it is quiet, only what failed.
class ProgressPrinter : public testing::TestEventListener {
 public:
  using Board = std::function<LiveBoard*()>;

  // `board` gives the one that is painted at the moment, or null.
  ProgressPrinter(std::unique_ptr<testing::TestEventListener> printer, bool quiet, Board board)
      : printer_(std::move(printer)), quiet_(quiet), board_(std::move(board)) {}

  void OnTestProgramStart(const testing::UnitTest& unit) override;
  void OnTestIterationStart(const testing::UnitTest& unit, int iteration) override;
  void OnEnvironmentsSetUpStart(const testing::UnitTest& unit) override;
  void OnEnvironmentsSetUpEnd(const testing::UnitTest& unit) override;
  void OnTestSuiteStart(const testing::TestSuite& suite) override;
  void OnTestCaseStart(const testing::TestSuite& suite) override;
  void OnTestStart(const testing::TestInfo& test) override;
  void OnTestDisabled(const testing::TestInfo& test) override;
  void OnTestPartResult(const testing::TestPartResult& result) override;
  void OnTestEnd(const testing::TestInfo& test) override;
  void OnTestSuiteEnd(const testing::TestSuite& suite) override;
  void OnTestCaseEnd(const testing::TestSuite& suite) override;
  void OnEnvironmentsTearDownStart(const testing::UnitTest& unit) override;
  void OnEnvironmentsTearDownEnd(const testing::UnitTest& unit) override;
  void OnTestIterationEnd(const testing::UnitTest& unit, int iteration) override;
  void OnTestProgramEnd(const testing::UnitTest& unit) override;

 private:
  template <typename... Wanted, typename... Given>
  void Pass(void (testing::TestEventListener::*event)(Wanted...), Given&&... given) {
    if (!quiet_) Print(event, given...);
  }
  template <typename... Wanted, typename... Given>
  void Print(void (testing::TestEventListener::*event)(Wanted...), Given&&... given) {
    LiveBoard* const board = board_();
    const auto away = board != nullptr ? board->Away() : std::unique_lock<std::mutex>();
    (printer_.get()->*event)(given...);
  }

  const std::unique_ptr<testing::TestEventListener> printer_;
  const bool quiet_;
  const Board board_;
};

}  // namespace e2e
