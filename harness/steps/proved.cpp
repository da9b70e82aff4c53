#include "steps/proved.h"

#include <vector>

#include "base/text.h"
#include "steps/variables.h"

namespace e2e {

Outcome<std::string> RunProved(const CompiledStep& step, World& world, Deadline deadline) {
  const std::size_t before = world.receipts.size();
  Outcome<std::string> done = RunStep(*step.step, world, deadline);
  if (!done || !step.breaks || world.receipts.size() > before) return done;
  return Unproved(step.kind).Detail(*done);
}

Error Unproved(const std::string& kind) {
  return Error(ErrorKind::kInconclusive, kind + " has no receipt: nothing shows that it happened");
}

std::string ReceiptsSince(const World& world, std::size_t first) {
  std::vector<std::string> texts;
  for (std::size_t i = first; i < world.receipts.size(); ++i) texts.push_back(world.receipts[i].text);
  return Redact(Join(texts, "; "), SecretsOf(world));
}

}  // namespace e2e
