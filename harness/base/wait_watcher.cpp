#include "base/wait_watcher.h"

#include <vector>

namespace e2e {
namespace {

thread_local std::vector<WaitWatcher*> t_watchers;

}  // namespace

WatchThisThread::WatchThisThread(WaitWatcher& watcher) {
  t_watchers.push_back(&watcher);
}
WatchThisThread::~WatchThisThread() {
  t_watchers.pop_back();
}

WaitNotice::~WaitNotice() {
  if (wait_.reason.empty()) return;
  for (WaitWatcher* watcher : t_watchers) watcher->Over();
}

void WaitNotice::Pending(const std::string& reason) {
  wait_.reason = reason;
  for (WaitWatcher* watcher : t_watchers) watcher->Pending(wait_);
}

}  // namespace e2e
