#include "run/result_json.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/event_sink.h"
#include "base/text.h"
#include "run/judge.h"

namespace e2e {
namespace {

using nlohmann::json;

// "file:line:column", with or without the numbers.
SourceLocation LocationOf(const std::string& text) {
  SourceLocation where{text, 0, 0};
  for (int* number : {&where.column, &where.line}) {
    const std::size_t colon = where.file.rfind(':');
    const auto value = colon == std::string::npos ? std::nullopt : ParseInt(where.file.substr(colon + 1));
    if (!value) break;
    *number = static_cast<int>(*value);
    where.file.resize(colon);
  }
  if (where.line == 0) std::swap(where.line, where.column);
  return where;
}

ErrorKind KindNamed(const std::string& name) {
  for (int kind = 0; kind <= static_cast<int>(ErrorKind::kInternal); ++kind) {
    if (Name(static_cast<ErrorKind>(kind)) == name) return static_cast<ErrorKind>(kind);
  }
  return ErrorKind::kInternal;
}

json FailureToJson(const Error& error) {
  return {{"kind", Name(error.kind())},
          {"message", error.message()},
          {"where", error.where() ? json(error.where()->Text()) : json(nullptr)},
          {"context", error.context()},
          {"reason", error.reason()},
          {"detail", error.detail()}};
}

Error FailureFromJson(const json& object) {
  Error error(KindNamed(object.at("kind").get<std::string>()), object.at("message").get<std::string>());
  for (const json& doing : object.at("context")) error.While(doing.get<std::string>());
  error.Because(object.at("reason").get<std::string>()).Detail(object.at("detail").get<std::string>());
  if (const json& where = object.at("where"); where.is_string()) error.At(LocationOf(where.get<std::string>()));
  return error;
}

void PutError(json& object, const std::optional<Error>& error, const std::string& excerpt) {
  object["error"] = error ? json(error->Render()) : json(nullptr);
  object["reason"] = error ? error->reason() : "";
  if (!error) return;
  object["failure"] = FailureToJson(*error);
  if (!excerpt.empty()) object["excerpt"] = excerpt;
}

std::optional<Error> TakeError(const json& object) {
  if (!object.contains("failure")) return std::nullopt;
  return FailureFromJson(object.at("failure"));
}

json CheckToJson(const CheckInfo& check) {
  return {{"id", check.id}, {"rfc", check.rfc}, {"says", check.says}, {"finding", check.finding}};
}

std::optional<CheckInfo> CheckFromJson(const json& step) {
  if (!step.contains("check")) return std::nullopt;
  const json& check = step.at("check");
  return CheckInfo{check.at("id").get<std::string>(), check.at("rfc").get<std::string>(),
                   check.at("says").get<std::string>(), check.at("finding").get<std::string>()};
}

StepResult StepFromJson(const json& object) {
  return {object.at("kind").get<std::string>(),
          LocationOf(object.at("where").get<std::string>()),
          object.at("note").get<std::string>(),
          FromSeconds(object.at("seconds").get<double>()),
          TakeError(object),
          object.value("receipt", ""),
          CheckFromJson(object),
          object.value("excerpt", "")};
}

json MutantToJson(const MutantResult& mutant) {
  return {{"breaks", mutant.breaks},        {"scenario", mutant.killer.scenario}, {"step", mutant.killer.step},
          {"reason", mutant.killer.reason}, {"fate", Name(mutant.fate)},          {"seen", mutant.seen},
          {"or", mutant.killer.others}};
}

std::optional<MutantResult> MutantFromJson(const json& object) {
  if (!object.contains("mutant")) return std::nullopt;
  const json& mutant = object.at("mutant");
  const auto text = [&](const char* name) { return mutant.at(name).get<std::string>(); };
  const Killer killer{.scenario = text("scenario"),
                      .step = text("step"),
                      .reason = text("reason"),
                      .others = mutant.value("or", std::vector<std::string>())};
  return MutantResult{text("breaks"), killer, FateNamed(text("fate")), text("seen")};
}

ScenarioResult FromJson(const json& object) {
  ScenarioResult result{.id = object.at("id").get<std::string>(),
                        .title = object.at("title").get<std::string>(),
                        .where = LocationOf(object.at("where").get<std::string>())};
  // A word of another version counts as the machinery's fault, never as a pass.
  result.verdict = VerdictNamed(object.at("verdict").get<std::string>()).value_or(Verdict::kInfra);
  for (const json& step : object.at("steps")) result.steps.push_back(StepFromJson(step));
  result.servers = object.at("servers").get<std::vector<std::string>>();
  result.error = TakeError(object);
  result.excerpt = object.value("excerpt", "");
  for (const json& failure : object.at("cleanup_failures")) result.cleanup_errors.push_back(FailureFromJson(failure));
  result.elapsed = FromSeconds(object.at("seconds").get<double>());
  result.artifacts = object.at("artifacts").get<std::string>();
  result.round = object.at("round").get<int>();
  for (const json& attempt : object.at("attempts")) result.attempts.push_back(FromJson(attempt));
  result.note = object.at("note").get<std::string>();
  result.kept = object.at("kept").get<bool>();
  result.mutant = MutantFromJson(object);
  return result;
}

}  // namespace

json ToJson(const StepResult& step) {
  json object = {
      {"kind", step.kind}, {"where", step.where.Text()}, {"seconds", Seconds(step.elapsed)}, {"note", step.note}};
  if (!step.receipt.empty()) object["receipt"] = step.receipt;
  PutError(object, step.error, step.excerpt);
  if (step.check) object["check"] = CheckToJson(*step.check);
  return object;
}

json ToJson(const RunInfo& info) {
  return {{"run", info.run_id},
          {"server", info.server},
          {"server_image", info.server_image},
          {"standin", info.standin},
          {"standin_image", info.standin_image},
          {"kubernetes", info.kubernetes_version},
          {"chart", info.chart_version},
          {"started", Rfc3339(info.started)}};
}

json ToJson(const ScenarioResult& result) {
  json object = {{"id", result.id},
                 {"title", result.title},
                 {"where", result.where.Text()},
                 {"servers", result.servers},
                 {"verdict", Name(result.verdict)},
                 {"seconds", Seconds(result.elapsed)},
                 {"artifacts", result.artifacts.string()},
                 {"message", result.error ? result.error->message() : ""},
                 {"round", result.round},
                 {"note", result.note},
                 {"kept", result.kept},
                 {"steps", json::array()},
                 {"cleanup_errors", json::array()},
                 {"cleanup_failures", json::array()},
                 {"attempts", json::array()}};
  PutError(object, result.error, result.excerpt);
  if (result.mutant) object["mutant"] = MutantToJson(*result.mutant);
  for (const StepResult& step : result.steps) object["steps"].push_back(ToJson(step));
  for (const Error& error : result.cleanup_errors) {
    object["cleanup_errors"].push_back(error.Render());
    object["cleanup_failures"].push_back(FailureToJson(error));
  }
  for (const ScenarioResult& attempt : result.attempts) object["attempts"].push_back(ToJson(attempt));
  return object;
}

Outcome<ScenarioResult> ResultFromJson(const json& object) {
  try {
    return FromJson(object);
  } catch (const json::exception& problem) {
    return Error(ErrorKind::kInternal, fmt::format("not a scenario's result: {}", problem.what()));
  }
}

}  // namespace e2e
