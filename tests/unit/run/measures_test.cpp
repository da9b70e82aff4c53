#include "run/measures.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "run/measures_html.h"

namespace e2e {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;

json Latency(const std::string& of, const char* classes) {
  return {{"event", "latency"}, {"of", of}, {"classes", json::parse(classes)}};
}

json Outage(const std::string& scenario, double budget, const char* ports) {
  return {{"event", "outage"}, {"scenario", scenario}, {"round", 2},
          {"meter", "m"},      {"budget", budget},     {"ports", json::parse(ports)}};
}

TEST(Measures, AddUpTheLatenciesOfAllScenarios) {
  const Measures measures =
      MeasuresOf({Latency("smtp greeting", R"([{"upto": 0.001, "count": 90}, {"upto": 0.016, "count": 9}])"),
                  Latency("http answer", R"([{"upto": 0.002, "count": 1}])"),
                  Latency("smtp greeting", R"([{"upto": 0.016, "count": 1}])")});
  ASSERT_EQ(measures.latencies.size(), 2u);
  EXPECT_EQ(measures.latencies[0].of, "http answer");
  const MeasuredLatency& smtp = measures.latencies[1];
  EXPECT_THAT(smtp.classes, ElementsAre(Pair(0.001, 90), Pair(0.016, 10)));
  EXPECT_EQ(smtp.Count(), 100);
  EXPECT_EQ(smtp.Quantile(0.5), 0.001);
  EXPECT_EQ(smtp.Quantile(0.9), 0.001);
  EXPECT_EQ(smtp.Quantile(0.99), 0.016);
  EXPECT_EQ(MeasuredLatency{}.Quantile(0.5), 0);
}

TEST(Measures, NameThePortThatWasAwayLongest) {
  const Measures measures = MeasuresOf(
      {Outage("faults/outage", 60,
              R"([{"port": "smtp", "longest": 5.9, "outages": 1}, {"port": "imap", "longest": 6.2, "outages": 2},
                   {"port": "http", "longest": 0, "outages": 0}])"),
       Outage("faults/none", 10, R"([{"port": "smtp", "longest": 0, "outages": 0}])")});
  ASSERT_EQ(measures.outages.size(), 2u);
  EXPECT_EQ(measures.outages[0].longest, 6.2);
  EXPECT_EQ(measures.outages[0].ports, "imap 6.2 s, smtp 5.9 s");
  EXPECT_EQ(measures.outages[0].round, 2);
  EXPECT_EQ(measures.outages[1].longest, 0);
  EXPECT_THAT(measures.outages[1].ports, IsEmpty());
}

TEST(Measures, SurviveForeignFields) {
  const Measures measures =
      MeasuresOf({json::array(), json::parse(R"({"event": "outage", "ports": "x"})"),
                  json::parse(R"({"event": "latency", "of": 7, "classes": [1, {"upto": "x"}]})")});
  EXPECT_EQ(measures.outages.size(), 1u);
  EXPECT_THAT(HtmlOf(measures), HasSubstr("never away"));
}

TEST(MeasuresHtml, AnswersWithoutAClassAreNoTable) {
  EXPECT_EQ(HtmlOf(MeasuresOf({Latency("smtp greeting", "[]")})), "");
}

TEST(MeasuresHtml, TellsWhatIsOverItsBudgetWithoutColour) {
  const std::string page = HtmlOf(MeasuresOf({Outage("a/<b>", 5, R"([{"port": "smtp", "longest": 7.5, "outages": 1}])"),
                                              Latency("<x>", R"([{"upto": 2.048, "count": 3}])")}));
  EXPECT_THAT(page, HasSubstr("a/&lt;b&gt;, round 2"));
  EXPECT_THAT(page, HasSubstr("class=\"fail\""));
  EXPECT_THAT(page, HasSubstr("over its budget: smtp 7.5 s"));
  EXPECT_THAT(page, HasSubstr("width:100.0%"));
  EXPECT_THAT(page, HasSubstr("&lt;x&gt;"));
  EXPECT_THAT(page, HasSubstr("data-label=\"99 of 100\">2.0 s<"));
  EXPECT_THAT(page, Not(HasSubstr("<x>")));
}

TEST(MeasuresHtml, IsEmptyWithoutAny) {
  EXPECT_THAT(HtmlOf(MeasuresOf({})), IsEmpty());
}

}  // namespace
}  // namespace e2e
