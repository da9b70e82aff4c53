#include "run/last_green.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "support/temp_dir.h"

namespace e2e {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

json Scenario(const std::string& id, const std::string& verdict, double seconds) {
  return {{"id", id}, {"verdict", verdict}, {"seconds", seconds}, {"round", 1}};
}

json Record(const std::string& run, const std::string& image, const std::vector<json>& scenarios) {
  return {{"schema", 1},
          {"run", run},
          {"started", "2026-11-28T00:00:00Z"},
          {"server", "s"},
          {"server_image", image},
          {"chart", "stalwart 0.3.1"},
          {"surface", json()},
          {"qualification", json()},
          {"scenarios", scenarios}};
}

class LastGreen : public testing::Test {
 protected:
  void Keep(const json& record) {
    const std::string run = record["run"];
    std::filesystem::create_directories(dir_.path() / run);
    std::ofstream(dir_.path() / run / "report.json") << record;
  }
  json Compare(const json& record) {
    Keep(record);
    return CompareWithLastGreen(dir_.path() / record["run"].get<std::string>(), record);
  }

  TempDir dir_;
};

TEST_F(LastGreen, IsTheNewestRunBeforeThisOneInWhichAllPassed) {
  Keep(Record("261128-010000-1", "old", {Scenario("a/b", "PASS", 10)}));
  Keep(Record("261128-020000-1", "old", {Scenario("a/b", "PASS", 10), Scenario("a/gone", "PASS", 10)}));
  Keep(Record("261128-030000-1", "red", {Scenario("a/b", "FAIL", 10)}));
  Keep(Record("261128-050000-1", "later", {Scenario("a/b", "PASS", 10)}));
  const json compared =
      Compare(Record("261128-040000-1", "new", {Scenario("a/b", "FAIL", 40), Scenario("a/c", "PASS", 1)}));
  EXPECT_EQ(compared["run"], "261128-020000-1");
  EXPECT_EQ(compared["under_test"], json::parse(R"([{"what": "Image", "before": "old", "now": "new"}])"));
  EXPECT_THAT(compared["failed"], ElementsAre("a/b"));
  EXPECT_THAT(compared["added"], ElementsAre("a/c"));
  EXPECT_THAT(compared["gone"], ElementsAre("a/gone"));
  EXPECT_EQ(compared["slower"], json::parse(R"([{"scenario": "a/b", "before": 10.0, "now": 40.0}])"));
  const std::string text = ComparisonMarkdown(compared);
  EXPECT_THAT(text, HasSubstr("Against the last green run, 261128-020000-1"));
  EXPECT_THAT(text, HasSubstr("- Image: new now, old then\n"));
  EXPECT_THAT(text, HasSubstr("- Passed then and do not now: a/b\n"));
  EXPECT_THAT(text, HasSubstr("- a/b took 40.0 s, then 10.0 s\n"));
}

TEST_F(LastGreen, IsNoneWhereNoneIs) {
  Keep(Record("261128-030000-1", "red", {Scenario("a/b", "INCONCLUSIVE", 10)}));
  Keep(Record("261128-031000-1", "nothing", {}));
  json proved = Record("261128-032000-1", "proved", {Scenario("a/b", "PASS", 10)});
  proved["surface"] = json::object();
  Keep(proved);
  const json compared = Compare(Record("261128-040000-1", "new", {Scenario("a/b", "PASS", 10)}));
  EXPECT_TRUE(compared.is_null());
  EXPECT_THAT(ComparisonMarkdown(compared), IsEmpty());
  EXPECT_THAT(ComparisonHtml(compared), IsEmpty());
}

TEST_F(LastGreen, IsNotItselfThroughTheLinkToTheLatest) {
  const json record = Record("261128-040000-1", "new", {Scenario("a/b", "PASS", 10)});
  Keep(record);
  std::filesystem::create_directory_symlink("261128-040000-1", dir_.path() / "latest");
  EXPECT_TRUE(CompareWithLastGreen(dir_.path() / "latest", record).is_null());
}

TEST_F(LastGreen, SaysSoWhereNothingIsDifferent) {
  Keep(Record("261128-030000-1", "one", {Scenario("a/b", "PASS", 10)}));
  const json compared = Compare(Record("261128-040000-1", "one", {Scenario("a/b", "PASS", 14)}));
  const std::string page = ComparisonHtml(compared);
  EXPECT_THAT(page, HasSubstr("<li>What was under test has the same names and versions</li>"));
  EXPECT_THAT(page, Not(HasSubstr("took"))) << "4 s more are noise";
}

TEST_F(LastGreen, NamesTenScenariosAtMost) {
  std::vector<json> many;
  for (int i = 10; i < 25; ++i) many.push_back(Scenario("a/" + std::to_string(i), "PASS", 1));
  Keep(Record("261128-030000-1", "one", many));
  const json compared = Compare(Record("261128-040000-1", "one", {Scenario("a/10", "PASS", 1)}));
  EXPECT_EQ(compared["gone"].size(), 14u);
  EXPECT_THAT(ComparisonMarkdown(compared), HasSubstr("a/20 and 4 more\n"));
}

}  // namespace
}  // namespace e2e
