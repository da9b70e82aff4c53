#include "gtest/progress_printer.h"

namespace e2e {

using Listener = testing::TestEventListener;

void ProgressPrinter::OnTestProgramStart(const testing::UnitTest& unit) {
  Pass(&Listener::OnTestProgramStart, unit);
}
void ProgressPrinter::OnTestIterationStart(const testing::UnitTest& unit, int iteration) {
  Pass(&Listener::OnTestIterationStart, unit, iteration);
}
void ProgressPrinter::OnEnvironmentsSetUpStart(const testing::UnitTest& unit) {
  Pass(&Listener::OnEnvironmentsSetUpStart, unit);
}
void ProgressPrinter::OnEnvironmentsSetUpEnd(const testing::UnitTest& unit) {
  Pass(&Listener::OnEnvironmentsSetUpEnd, unit);
}
void ProgressPrinter::OnTestSuiteStart(const testing::TestSuite& suite) {
  Pass(&Listener::OnTestSuiteStart, suite);
}
void ProgressPrinter::OnTestCaseStart(const testing::TestSuite& suite) {
  Pass(&Listener::OnTestCaseStart, suite);
}
void ProgressPrinter::OnTestStart(const testing::TestInfo& test) {
  Pass(&Listener::OnTestStart, test);
}
void ProgressPrinter::OnTestDisabled(const testing::TestInfo& test) {
  Pass(&Listener::OnTestDisabled, test);
}
void ProgressPrinter::OnTestPartResult(const testing::TestPartResult& result) {
  if (!quiet_ || result.failed()) Print(&Listener::OnTestPartResult, result);
}
void ProgressPrinter::OnTestEnd(const testing::TestInfo& test) {
  Pass(&Listener::OnTestEnd, test);
}
void ProgressPrinter::OnTestSuiteEnd(const testing::TestSuite& suite) {
  Pass(&Listener::OnTestSuiteEnd, suite);
}
void ProgressPrinter::OnTestCaseEnd(const testing::TestSuite& suite) {
  Pass(&Listener::OnTestCaseEnd, suite);
}
void ProgressPrinter::OnEnvironmentsTearDownStart(const testing::UnitTest& unit) {
  Pass(&Listener::OnEnvironmentsTearDownStart, unit);
}
void ProgressPrinter::OnEnvironmentsTearDownEnd(const testing::UnitTest& unit) {
  Pass(&Listener::OnEnvironmentsTearDownEnd, unit);
}
void ProgressPrinter::OnTestIterationEnd(const testing::UnitTest& unit, int iteration) {
  Pass(&Listener::OnTestIterationEnd, unit, iteration);
}
void ProgressPrinter::OnTestProgramEnd(const testing::UnitTest& unit) {
  Pass(&Listener::OnTestProgramEnd, unit);
}

}  // namespace e2e
