#include "support/test_certificate.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cstdlib>
#include <memory>

#include "base/text.h"

namespace e2e {

namespace {

template <auto kFree>
struct Freed {
  template <typename T>
  void operator()(T* object) const {
    kFree(object);
  }
};

using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>>;
using Memory = std::unique_ptr<BIO, Freed<BIO_free>>;

void Require(bool done) {
  if (!done) std::abort();
}

std::string Written(BIO* memory) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(memory, &bytes);
  return std::string(bytes, static_cast<std::size_t>(size));
}

}  // namespace

TestCertificate MakeTestCertificate(const std::vector<std::string>& names) {
  const Key key(EVP_EC_gen("P-256"));
  const Certificate cert(X509_new());
  Require(key && cert);
  X509_set_version(cert.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(cert.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(cert.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(cert.get()), 3600);
  X509_NAME* subject = X509_get_subject_name(cert.get());
  const auto* common_name = reinterpret_cast<const unsigned char*>("stalwart-e2e test");
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, common_name, -1, -1, 0);
  X509_set_issuer_name(cert.get(), subject);
  X509_set_pubkey(cert.get(), key.get());
  const Extension san(X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, Join(names, ",").c_str()));
  Require(san && X509_add_ext(cert.get(), san.get(), -1) == 1);
  Require(X509_sign(cert.get(), key.get(), EVP_sha256()) > 0);

  const Memory cert_text(BIO_new(BIO_s_mem()));
  const Memory key_text(BIO_new(BIO_s_mem()));
  Require(PEM_write_bio_X509(cert_text.get(), cert.get()) == 1);
  Require(PEM_write_bio_PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
  return {Written(cert_text.get()), Written(key_text.get())};
}

}  // namespace e2e
