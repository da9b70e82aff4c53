// Account: one of the mail accounts that every scenario has.
#pragma once

#include <string>

namespace e2e {

struct Account {
  std::string address;  // also the login
  std::string password;

  std::string Domain() const { return address.substr(address.find('@') + 1); }
  // The part before the @, which Stalwart 0.16 calls the name.
  std::string LocalPart() const { return address.substr(0, address.find('@')); }
};

}  // namespace e2e
