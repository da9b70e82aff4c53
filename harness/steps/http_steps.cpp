// http.*: requests to the HTTP ports, one by one and many in a row.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "steps/catalog.h"
#include "steps/dialogue_line.h"
#include "steps/line_pattern.h"
#include "steps/make_step.h"
#include "steps/subset.h"
#include "steps/world.h"

namespace e2e {
namespace {

using nlohmann::json;

std::string StatusMistake(const std::string& text) {
  return text.size() == 3 && ParseInt(text) ? "" : "takes statuses such as \"200\"";
}

class HttpStep : public Step {
 protected:
  void TargetFields(FieldVisitor& visitor) {
    visitor.Text("port", port_, {.help = "port of the Service", .choices = {"http", "https"}});
    visitor.Text("path", path_, {.help = "path of the URL", .required = true});
  }
  HttpRequest Request(const World& world) const {
    HttpRequest request;
    request.scheme = port_;
    request.endpoint = world.endpoints.find(port_)->second;
    request.path = path_;
    return request;
  }

  std::string port_ = "http";
  std::string path_;
};

// What an answer says, line by line: its header fields and its body.
std::vector<std::string> LinesOf(const HttpResponse& response) {
  std::vector<std::string> lines;
  for (const auto& [name, value] : response.headers) lines.push_back(name + ": " + value);
  for (const std::string& line : Split(response.body, '\n')) lines.push_back(line);
  return lines;
}

class HttpRequestStep : public HttpStep {
 public:
  void Fields(FieldVisitor& visitor) override {
    TargetFields(visitor);
    visitor.Text("method", method_, {.help = "GET, POST, …"});
    visitor.Text("basic", basic_, {.help = "who asks, as user:password; default: nobody"});
    visitor.TextMap("headers", headers_, {.help = "header fields"});
    visitor.Text("body", body_, {.help = "octets to send"});
    visitor.Size("body-size", body_size_, {.help = "so many octets to send, when they don't matter", .min = 1});
    visitor.Number("status", status_, {.help = "expected status", .min = 100, .max = 599});
    visitor.Texts("statuses", statuses_, {.help = "instead of status: one of these comes", .check = StatusMistake});
    const FieldRule pattern{.help = "patterns that each match a header field (\"name: value\") or a line of the body",
                            .check = LinePattern::Mistake};
    visitor.Texts("expect-all", expect_all_, pattern);
    visitor.Texts("expect-none", expect_none_, {.help = "patterns that match none", .check = LinePattern::Mistake});
    visitor.Object("json", json_, {.help = "what the body holds, being JSON"});
    visitor.Text("returns", returns_, {.help = "the body's octets"});
    visitor.Size("returns-size", returns_size_, {.help = "the body's octets are those of body-size", .min = 1});
    visitor.Group("capture", capture_, {.help = "keep a part of the answer"});
  }
  std::string Check() const override {
    if (!body_.empty() && body_size_.max > 0) return "body and body-size exclude each other";
    if (!basic_.empty() && basic_.find(':') == std::string::npos) return "basic takes user:password";
    return "";
  }
  std::vector<std::string> Saves() const override {
    return capture_.given ? std::vector{"value " + capture_.name} : std::vector<std::string>();
  }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    HttpRequest request = Request(world);
    request.method = method_;
    for (const auto& [name, value] : headers_) {
      if (Lower(name) == "content-type") {
        request.content_type = value;
      } else {
        request.headers.emplace_back(name, value);
      }
    }
    if (const std::size_t colon = basic_.find(':'); colon != std::string::npos)
      request.basic = Credentials{basic_.substr(0, colon), basic_.substr(colon + 1)};
    request.body = body_size_.max > 0 ? Filler(static_cast<std::size_t>(body_size_.max)) : body_;
    E2E_TRY(const HttpResponse response, world.http.Send(request, deadline), fmt::format("{} {}", method_, path_));
    if (Status right = Compare(response); !right) return Error(right.error()).Detail(Shown(response));
    E2E_CHECK(Capture(world, response), fmt::format("{} {}", method_, path_));
    return fmt::format("{} {} says {} as expected", method_, path_, response.status);
  }

 private:
  Error Wrong(const std::string& what) const {
    return Error(ErrorKind::kExpectation, fmt::format("{} {} on port {}: {}", method_, path_, port_, what));
  }
  static std::string Shown(const HttpResponse& response) {
    std::string head;
    for (const auto& [name, value] : response.headers) head += fmt::format("{}: {}\n", name, value);
    return head + "\n" + Tail(response.body, 10);
  }

  Status Compare(const HttpResponse& response) const {
    const std::vector<std::string> expected = statuses_.empty() ? std::vector{std::to_string(status_)} : statuses_;
    if (std::count(expected.begin(), expected.end(), std::to_string(response.status)) == 0)
      return Wrong(fmt::format("says {}, expected {}", response.status, Join(expected, " or ")));
    const std::vector<std::string> lines = LinesOf(response);
    for (const std::string& pattern : expect_all_) {
      E2E_TRY(const bool matches, SomeMatches(pattern, lines), "in expect-all");
      if (!matches) return Wrong(fmt::format("nothing in the answer matches \"{}\"", pattern));
    }
    for (const std::string& pattern : expect_none_) {
      E2E_TRY(const bool matches, SomeMatches(pattern, lines), "in expect-none");
      if (matches) return Wrong(fmt::format("something in the answer matches \"{}\"", pattern));
    }
    return CompareBody(response.body);
  }

  Status CompareBody(const std::string& body) const {
    const std::string wanted = returns_size_.max > 0 ? Filler(static_cast<std::size_t>(returns_size_.max)) : returns_;
    if (!wanted.empty() && body != wanted) {
      return Wrong(fmt::format("the body has {} octets with SHA-256 {}, expected {} with {}", body.size(),
                               Sha256Hex(body), wanted.size(), Sha256Hex(wanted)));
    }
    if (json_.empty()) return {};
    const json answer = json::parse(body, nullptr, /*allow_exceptions=*/false);
    if (answer.is_discarded()) return Wrong("the body is no JSON");
    if (const auto difference = FindDifference(json_, answer)) return Wrong(*difference);
    return {};
  }

  static Outcome<std::optional<std::string>> Find(const std::string& text, const std::vector<std::string>& lines) {
    const auto as_it_is = [](const std::string& name) -> Outcome<std::string> { return "${" + name + "}"; };
    E2E_TRY(const LinePattern pattern, LinePattern::Make(text, Protocol::kHttp, as_it_is), "matching");
    for (const std::string& line : lines) {
      if (auto found = pattern.Find(line)) return found;
    }
    return std::optional<std::string>();
  }
  static Outcome<bool> SomeMatches(const std::string& text, const std::vector<std::string>& lines) {
    E2E_TRY(const std::optional<std::string> found, Find(text, lines), "matching");
    return found.has_value();
  }

  Status Capture(World& world, const HttpResponse& response) const {
    if (!capture_.given) return {};
    E2E_TRY(const std::optional<std::string> found, Find(capture_.pattern, LinesOf(response)), "capturing");
    if (!found) return Wrong("nothing in the answer matches " + capture_.pattern).Detail(Shown(response));
    world.variables[capture_.name] = *found;
    return {};
  }

  std::string method_ = "GET";
  std::string basic_;
  std::map<std::string, std::string> headers_;
  std::string body_;
  SizeRange body_size_;
  long long status_ = 200;
  std::vector<std::string> statuses_;
  std::vector<std::string> expect_all_;
  std::vector<std::string> expect_none_;
  json json_ = json::object();
  std::string returns_;
  SizeRange returns_size_;
  DialogueCapture capture_;
};

// Probes and monitoring in a hurry: how a server bears them, and where it begins to refuse.
class HttpBurst : public HttpStep {
 public:
  void Fields(FieldVisitor& visitor) override {
    TargetFields(visitor);
    visitor.Number("count", count_, {.help = "requests", .required = true, .min = 1, .max = 1000});
    visitor.Number("rate", rate_, {.help = "requests a second, at most", .min = 1, .max = 200});
    visitor.Texts("statuses", statuses_, {.help = "each of them comes, and no other", .check = StatusMistake});
  }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    const HttpRequest request = Request(world);
    const Duration pause(1000 / rate_);
    std::map<std::string, int> seen;
    Duration slowest{0};
    for (long long i = 0; i < count_; ++i) {
      const TimePoint next = world.clock.Now() + pause;
      E2E_TRY(const HttpResponse response, world.http.Send(request, deadline),
              fmt::format("request {} of {}", i + 1, count_));
      ++seen[std::to_string(response.status)];
      slowest = std::max(slowest, response.elapsed);
      if (!world.clock.SleepUntil(next)) return Error(ErrorKind::kInterrupted, "http.burst: stopped on request");
    }
    std::vector<std::string> counts;
    std::set<std::string> came;
    for (const auto& [status, times] : seen) {
      counts.push_back(fmt::format("{} times {}", times, status));
      came.insert(status);
    }
    if (came == std::set<std::string>(statuses_.begin(), statuses_.end()))
      return fmt::format("{}: {}, the slowest after {}", path_, Join(counts, ", "), Text(slowest));
    return Error(ErrorKind::kExpectation, fmt::format("{} on port {} said {}; expected {}", path_, port_,
                                                      Join(counts, ", "), Join(statuses_, " and ")));
  }

 private:
  long long count_ = 1;
  long long rate_ = 50;
  std::vector<std::string> statuses_ = {"200"};
};

}  // namespace

std::vector<StepKind> HttpSteps() {
  return {
      {"http.request", "one request of any kind, and what its answer holds", Duration(30'000),
       MakeStep<HttpRequestStep>(), /*checks=*/true},
      {"http.burst", "many requests at a rate, and the statuses that come", Duration(120'000), MakeStep<HttpBurst>(),
       /*checks=*/true},
  };
}

}  // namespace e2e
