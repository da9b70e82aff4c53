// Which reason the words of kubelet, runtime and API stand for; the second half of causes.h.
#include <algorithm>
#include <initializer_list>

#include "cluster/causes.h"

namespace e2e {
namespace {

bool HasAny(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

// Secrets and ConfigMaps are named alike as an environment's source and as a volume.
std::optional<Reason> ReasonOfSource(std::string_view message) {
  if (HasAny(message,
             {"couldn't find key", "references non-existent secret key", "references non-existent config key"}))
    return Reason::kMissingKey;
  if (message.find("not found") == std::string_view::npos) return std::nullopt;
  if (HasAny(message, {"secret \""})) return Reason::kMissingSecret;
  if (HasAny(message, {"configmap \""})) return Reason::kMissingConfigMap;
  return std::nullopt;
}

}  // namespace

Reason ReasonOfPull(std::string_view message) {
  // A registry that is away says nothing about the image. "lookup x: no such host" must not read as "not found".
  if (HasAny(message, {"no such host", "connection refused", "timeout", "deadline exceeded", "x509",
                       "tls: ", "unreachable", "no route to host", "connection reset", "server misbehaving",
                       "Temporary failure", "toomanyrequests", "Too Many Requests", "503 Service"}))
    return Reason::kImagePullFails;
  if (HasAny(message, {"not found", "manifest unknown", "repository does not exist", "pull access denied",
                       "insufficient_scope", "unauthorized", "NAME_UNKNOWN", "MANIFEST_UNKNOWN"}))
    return Reason::kImageNotFound;
  return Reason::kImagePullFails;
}

Reason ReasonOfConfig(std::string_view message) {
  // A kubelet that has just started knows no Service yet, and will in a moment.
  if (HasAny(message, {"have not yet been read"})) return Reason::kStarting;
  return ReasonOfSource(message).value_or(Reason::kContainerConfigError);
}

Reason ReasonOfMount(std::string_view message) {
  // The kubelet's cache is filled a moment after the pod came: that is not an answer yet.
  if (HasAny(message, {"not registered", "failed to sync"})) return Reason::kStarting;
  return ReasonOfSource(message).value_or(Reason::kVolumeMountFailed);
}

Reason ReasonOfRefusedPod(std::string_view message) {
  if (HasAny(message, {"violates PodSecurity"})) return Reason::kPodSecurityForbidden;
  if (HasAny(message, {"exceeded quota", "failed quota"})) return Reason::kQuotaExceeded;
  if (HasAny(message, {"serviceaccount \"", "service account"})) return Reason::kMissingServiceAccount;
  return Reason::kPodRefused;
}

Reason ReasonOfRefusedObject(std::string_view message) {
  if (HasAny(message, {"`selector` does not match template `labels`"})) return Reason::kInvalidSelector;
  // A bare pod is refused in the words that a controller gets for its pods.
  const Reason pod = ReasonOfRefusedPod(message);
  return pod == Reason::kPodRefused ? Reason::kObjectRefused : pod;
}

}  // namespace e2e
