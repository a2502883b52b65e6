// FIPS 180-4, by libmd.
#include "compiler/verify/digest.hpp"

#include <array>
#include <sha2.h>

namespace sbx::verify {

std::string sha256(std::string_view bytes) {
    std::array<char, SHA256_DIGEST_STRING_LENGTH> hex{};
    SHA256Data(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(), hex.data());
    return hex.data();
}

}  // namespace sbx::verify
