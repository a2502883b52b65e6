// Strings that end in NUL: first the numbers, then the lists, each after its length. See the header.
#include "runtime/stage_record.hpp"

#include "runtime/bound_arguments.hpp"
#include "runtime/number.hpp"
#include "runtime/refusal.hpp"

#include <cerrno>
#include <limits>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>

namespace sbx::runtime {

namespace {

constexpr std::string_view magic = "sbx-stage 1";

[[noreturn]] void malformed() {
    refuse(step::command, "this is no launch: `--stage` is for what sbx-run starts itself", "leave `--stage` out");
}

class Writer {
public:
    void text(std::string_view value) {
        bytes_ += value;
        bytes_ += '\0';
    }
    void number(std::uint64_t value) { text(std::to_string(value)); }
    [[nodiscard]] const std::string& bytes() const { return bytes_; }

private:
    std::string bytes_;
};

class Reader {
public:
    explicit Reader(std::string_view bytes) : rest_(bytes) {}
    std::string_view text() {
        const std::size_t end = rest_.find('\0');
        if (end == std::string_view::npos) {
            malformed();
        }
        const std::string_view value = rest_.substr(0, end);
        rest_.remove_prefix(end + 1);
        return value;
    }
    std::uint64_t number(std::uint64_t largest) {
        const std::optional<std::uint64_t> value = read_number(text());
        if (!value || *value > largest) {
            malformed();
        }
        return *value;
    }
    int descriptor() { return static_cast<int>(number(std::numeric_limits<int>::max())); }
    std::size_t length() { return number(rest_.size()); }

private:
    std::string_view rest_;
};

std::string contents(int file) {
    struct stat status {};
    if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) {
        malformed();
    }
    std::string bytes(static_cast<std::size_t>(status.st_size), '\0');
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t got = pread(file, bytes.data() + done, bytes.size() - done, static_cast<off_t>(done));
        if (got == 0 || (got < 0 && errno != EINTR)) {
            malformed();
        }
        done += got > 0 ? static_cast<std::size_t>(got) : 0;
    }
    return bytes;
}

}  // namespace

Descriptor write_stage_record(const StageRecord& record) {
    Writer out;
    out.text(magic);
    out.number(record.uid);
    out.number(record.gid);
    out.number(record.filtered ? 1 : 0);
    out.number(static_cast<std::uint64_t>(record.error_output));
    out.number(static_cast<std::uint64_t>(record.channel));
    out.number(record.passed.size());
    for (const int descriptor : record.passed) {
        out.number(static_cast<std::uint64_t>(descriptor));
    }
    out.number(record.command.size());
    for (const std::string& word : record.command) {
        out.text(word);
    }
    out.number(record.environment.size());
    for (const auto& [name, value] : record.environment) {
        out.text(name);
        out.text(value);
    }
    return memory_file("sbx-stage", out.bytes());
}

StageRecord read_stage_record(int file) {
    const std::string bytes = contents(file);
    Reader in(bytes);
    if (in.text() != magic) {
        malformed();
    }
    StageRecord record;
    record.uid = static_cast<uid_t>(in.number(std::numeric_limits<uid_t>::max()));
    record.gid = static_cast<gid_t>(in.number(std::numeric_limits<gid_t>::max()));
    record.filtered = in.number(1) == 1;
    record.error_output = in.descriptor();
    record.channel = in.descriptor();
    for (std::size_t left = in.length(); left > 0; --left) {
        record.passed.push_back(in.descriptor());
    }
    for (std::size_t left = in.length(); left > 0; --left) {
        record.command.emplace_back(in.text());
    }
    for (std::size_t left = in.length(); left > 0; --left) {
        std::string name(in.text());
        record.environment.emplace(std::move(name), in.text());
    }
    if (record.command.empty() || record.command.front().empty()) {
        malformed();
    }
    return record;
}

}  // namespace sbx::runtime
