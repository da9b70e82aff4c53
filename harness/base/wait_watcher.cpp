#include "base/wait_watcher.h"

namespace e2e {
namespace {

thread_local WaitWatcher* t_watcher = nullptr;

}  // namespace

WatchThisThread::WatchThisThread(WaitWatcher& watcher) {
  t_watcher = &watcher;
}
WatchThisThread::~WatchThisThread() {
  t_watcher = nullptr;
}

WaitNotice::~WaitNotice() {
  if (t_watcher != nullptr && !wait_.reason.empty()) t_watcher->Over();
}

void WaitNotice::Pending(const std::string& reason) {
  wait_.reason = reason;
  if (t_watcher != nullptr) t_watcher->Pending(wait_);
}

}  // namespace e2e
