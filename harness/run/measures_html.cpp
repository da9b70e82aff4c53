#include "run/measures_html.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "run/html.h"
#include "run/record_fields.h"

namespace e2e {
namespace {

constexpr double kLowestBar = 4;

// The bar ends where the budget does, so that bars of different budgets can be compared.
std::string BudgetBar(const MeasuredOutage& outage) {
  const double part = outage.budget > 0 ? outage.longest / outage.budget : 1;
  return fmt::format(
      "<div class=\"lane\" title=\"{0:.1f} s of {1:.0f} s\"><span class=\"{2}\" "
      "style=\"left:0;width:{3:.1f}%\"></span></div>",
      outage.longest, outage.budget, part > 1 ? "fail" : "", std::min(part, 1.0) * 100);
}

// Its label stands before it where the page is too narrow for columns.
std::string Number(std::string_view label, std::string_view text) {
  return fmt::format("<td class=\"number\" data-label=\"{}\">{}</td>", label, text);
}

std::string OutageRow(const MeasuredOutage& outage) {
  return fmt::format("<tr><td>{}</td>{}{}<td>{}</td><td>{}</td></tr>\n", Html(NameOf(outage.scenario, outage.round)),
                     Number("Longest", fmt::format("{:.1f} s", outage.longest)),
                     Number("Budget", fmt::format("{:.0f} s", outage.budget)), BudgetBar(outage),
                     outage.ports.empty()
                         ? "never away"
                         : (outage.longest > outage.budget ? "over its budget: " : "") + Html(outage.ports));
}

std::string OutagesHtml(const std::vector<MeasuredOutage>& outages) {
  if (outages.empty()) return "";
  std::string rows;
  for (const MeasuredOutage& outage : outages) rows += OutageRow(outage);
  return "<h2>Outages against their budgets</h2>\n<div class=\"wide\"><table "
         "class=\"stack\"><thead><tr><th>Scenario</th>"
         "<th class=\"number\">Longest</th><th class=\"number\">Budget</th><th>How much of it</th><th>Ports that were "
         "away</th></tr></thead><tbody>\n" +
         rows + "</tbody></table></div>\n";
}

std::string ClassText(double upto) {
  return upto < 1 ? fmt::format("{:.0f} ms", upto * 1000) : fmt::format("{:.1f} s", upto);
}

// One bar for each class; heights follow the logarithm, so that a single slow one can be seen beside thousands.
std::string Histogram(const MeasuredLatency& latency, const std::set<double>& classes) {
  double highest = 1;
  for (const auto& [upto, count] : latency.classes) highest = std::max(highest, std::log2(1.0 + double(count)));
  std::string bars;
  for (const double upto : classes) {
    const auto at = latency.classes.find(upto);
    const long long count = at == latency.classes.end() ? 0 : at->second;
    const double height = count == 0 ? 0 : std::max(kLowestBar, std::log2(1.0 + double(count)) / highest * 100);
    bars += fmt::format("<span title=\"up to {}: {}\"><i style=\"height:{:.0f}%\"></i></span>", ClassText(upto), count,
                        height);
  }
  return "<div class=\"hist\">" + bars + "</div>";
}

std::string LatenciesHtml(const std::vector<MeasuredLatency>& latencies) {
  if (latencies.empty()) return "";
  std::set<double> classes;
  for (const MeasuredLatency& latency : latencies) {
    for (const auto& [upto, count] : latency.classes) classes.insert(upto);
  }
  if (classes.empty()) return "";
  std::string rows;
  for (const MeasuredLatency& latency : latencies) {
    rows += fmt::format("<tr><td>{}</td>{}{}{}{}<td>{}</td></tr>\n", Html(latency.of),
                        Number("Count", std::to_string(latency.Count())),
                        Number("Half of them", ClassText(latency.Quantile(0.5))),
                        Number("99 of 100", ClassText(latency.Quantile(0.99))),
                        Number("All", ClassText(latency.Quantile(1))), Histogram(latency, classes));
  }
  return fmt::format(
      "<h2>How long answers took</h2>\n<p class=\"quiet\">Times are ends of classes: at most so long. Bars from {} to "
      "{}, "
      "heights by the logarithm of the count.</p>\n<div class=\"wide\"><table class=\"stack\"><thead><tr><th>What</th>"
      "<th class=\"number\">Count</th><th class=\"number\">Half of them</th><th class=\"number\">99 of 100</th>"
      "<th class=\"number\">All</th><th>Distribution</th></tr></thead><tbody>\n{}</tbody></table></div>\n",
      ClassText(*classes.begin()), ClassText(*classes.rbegin()), rows);
}

}  // namespace

std::string HtmlOf(const Measures& measures) {
  return OutagesHtml(measures.outages) + LatenciesHtml(measures.latencies);
}

}  // namespace e2e
