// sieve.*: scripts on the ManageSieve port (RFC 5804).
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "steps/catalog.h"
#include "steps/dialogue_line.h"
#include "steps/mail_sessions.h"
#include "steps/make_step.h"

namespace e2e {
namespace {

std::string Quoted(const std::string& name) {
  return "\"" + name + "\"";
}

class SieveStep : public Step {
 protected:
  void CommonFields(FieldVisitor& visitor) {
    visitor.Text("account", account_, {.help = "whose script", .choices = AccountNames()});
    visitor.Text("name", name_, {.help = "the script's name", .required = true});
  }
  Outcome<SieveClient> Open(World& world, Deadline deadline) const {
    return OpenSieve(world, AccountNamed(world, account_), deadline);
  }

  // Who gets what mail.send sends.
  std::string account_ = "user2";
  std::string name_;
};

class SievePut : public SieveStep {
 public:
  void Fields(FieldVisitor& visitor) override {
    CommonFields(visitor);
    visitor.Text("script", script_, {.help = "its text", .required = true});
    visitor.Text("refused", refused_, {.help = "words of the server, which must not take it; default: it must"});
  }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    E2E_TRY(SieveClient sieve, Open(world, deadline), "sieve.put");
    const std::string command = "PUTSCRIPT " + Quoted(name_) + " " + SieveClient::Literal(WithCrlf(script_));
    E2E_TRY(const SieveReply reply, sieve.Exchange(command, deadline), "sieve.put");
    const std::string answer = reply.status + " " + reply.text;
    if ((reply.status == "OK") != refused_.empty() || Lower(answer).find(Lower(refused_)) == std::string::npos) {
      return Error(ErrorKind::kExpectation,
                   fmt::format("the script {} was to be {}, and the server said: {}", name_,
                               refused_.empty() ? "taken" : "refused with \"" + refused_ + "\"", answer));
    }
    E2E_CHECK(sieve.Logout(deadline), "sieve.put");
    return fmt::format("script {}: {}", name_, answer);
  }

 private:
  std::string script_;
  std::string refused_;
};

class SieveActivate : public SieveStep {
 public:
  void Fields(FieldVisitor& visitor) override { CommonFields(visitor); }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    E2E_TRY(SieveClient sieve, Open(world, deadline), "sieve.activate");
    E2E_CHECK(sieve.Command("SETACTIVE " + Quoted(name_), deadline), "sieve.activate");
    E2E_CHECK(sieve.Logout(deadline), "sieve.activate");
    return fmt::format("script {} of {} is the active one", name_, account_);
  }
};

class SieveExpect : public SieveStep {
 public:
  void Fields(FieldVisitor& visitor) override {
    CommonFields(visitor);
    visitor.Flag("active", active_, {.help = "whether it is the active one"});
    visitor.Text("script", script_, {.help = "its text; default: any"});
  }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    E2E_TRY(SieveClient sieve, Open(world, deadline), "sieve.expect");
    E2E_TRY(const std::vector<SieveScript> scripts, sieve.ListScripts(deadline), "sieve.expect");
    const auto at =
        std::find_if(scripts.begin(), scripts.end(), [&](const SieveScript& script) { return script.name == name_; });
    if (at == scripts.end()) {
      std::string others;
      for (const SieveScript& script : scripts) others += Quoted(script.name) + "\n";
      return Error(ErrorKind::kExpectation, fmt::format("{} has no script {}", account_, name_)).Detail(others);
    }
    if (at->active != active_) {
      return Error(ErrorKind::kExpectation, fmt::format("script {} is {}active", name_, at->active ? "" : "not "));
    }
    if (!script_.empty()) E2E_CHECK(Compare(sieve, deadline), "sieve.expect");
    E2E_CHECK(sieve.Logout(deadline), "sieve.expect");
    return fmt::format("script {} is there, {}active", name_, at->active ? "" : "not ");
  }

 private:
  Status Compare(SieveClient& sieve, Deadline deadline) const {
    E2E_TRY(const std::string text, sieve.GetScript(name_, deadline), "sieve.expect");
    if (text == WithCrlf(script_)) return {};
    return Error(ErrorKind::kExpectation, fmt::format("script {} has another text", name_)).Detail(text);
  }

  bool active_ = true;
  std::string script_;
};

}  // namespace

std::vector<StepKind> SieveSteps() {
  return {
      {"sieve.put", "upload a Sieve script, which is taken or refused", Duration(30'000), MakeStep<SievePut>(),
       /*checks=*/true},
      {"sieve.activate", "make a Sieve script the active one", Duration(30'000), MakeStep<SieveActivate>()},
      {"sieve.expect", "a Sieve script is there, active or not, with this text", Duration(30'000),
       MakeStep<SieveExpect>(), /*checks=*/true},
  };
}

}  // namespace e2e
