#include "steps/coverage.h"

#include <gmock/gmock.h>

#include "scenario/loader.h"
#include "steps/mutants.h"
#include "support/outcome_matchers.h"
#include "support/temp_dir.h"

namespace e2e {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr const char* kRendered = R"(kind: Service
metadata: {name: s}
spec: {ports: [{name: smtp, port: 25}, {name: imap, port: 143}]}
)";

class CoverageTest : public testing::Test {
 protected:
  CoverageTest() {
    dir_.Write("chart/values.yaml", "persistence: {size: 1Gi}\n");
    dir_.Write("root/smoke/ports.yaml", "name: Ports\nsteps:\n  - endpoints.greet: {}\n");
    dir_.Write("root/sabotage/smtp-gone.yaml",
               "name: No SMTP\npatch: [{kind: Service, remove: [/spec/ports/0]}]\n"
               "killed-by: {scenario: smoke/ports, step: install, reason: smtp}\n");
    dir_.Write("scratch/x", "");
  }
  std::vector<std::string> Red(const Reviewed& reviewed, const std::string& rendered = kRendered) {
    Problems problems;
    const auto mutants = CompileMutants(dir_ / "root", problems);
    EXPECT_THAT(problems, IsEmpty()) << Render(problems);
    const CoverageInput input{.chart = dir_ / "chart",
                              .root = dir_ / "root",
                              .scratch = dir_ / "scratch",
                              .mutants = mutants,
                              .scenarios = {"smoke/ports", "smoke/other"},
                              .reviewed = reviewed,
                              .render = [&](const auto&, const auto&) -> Outcome<std::string> { return rendered; }};
    const auto coverage = Cover(input);
    EXPECT_THAT(coverage, Succeeds());
    return coverage ? coverage->red : std::vector<std::string>();
  }
  TempDir dir_;
};

TEST_F(CoverageTest, WhatNoMutantBreaksIsRedWithItsName) {
  EXPECT_THAT(Red({}), UnorderedElementsAre("Service s: port imap: no mutant breaks it (defaults)",
                                            "value persistence.size: no mutant breaks it",
                                            "scenario smoke/other: no mutant breaks it"));
}

TEST_F(CoverageTest, WhatIsListedIsNotRed) {
  const Reviewed reviewed{.unguarded = {{"why", {"Service s: port imap", "scenario smoke/other"}, {"list.yaml", 3, 1}}},
                          .deciding = {{"Service s: port smtp", {"persistence.size"}, {"list.yaml", 1, 1}}}};
  EXPECT_THAT(Red(reviewed), IsEmpty());
}

TEST_F(CoverageTest, AnEntryThatIsOutOfDateIsRed) {
  const Reviewed reviewed{
      .unguarded = {{"why",
                     {"Service s: port imap", "scenario smoke/other", "Service s: port smtp", "Ingress"},
                     {"l", 3, 1}}},
      .deciding = {{"Service s: port smtp", {"persistence.size", "gone"}, {"l", 1, 1}}}};
  EXPECT_THAT(Red(reviewed),
              ElementsAre(HasSubstr("\"gone\" is out of date: the chart has no such value"),
                          HasSubstr("\"Service s: port smtp\" is out of date: mutant smtp-gone breaks it"),
                          HasSubstr("\"Ingress\" is out of date: there is no such item")));
}

TEST_F(CoverageTest, AMutantThatDoesNotFitIsRed) {
  const Reviewed reviewed{.unguarded = {{"why", {"scenario smoke/other", "value persistence.size"}, {"l", 3, 1}}},
                          .deciding = {}};
  EXPECT_THAT(Red(reviewed, "kind: ConfigMap\nmetadata: {name: c}\n"), ElementsAre(HasSubstr("mutant smtp-gone: ")));
}

}  // namespace
}  // namespace e2e
