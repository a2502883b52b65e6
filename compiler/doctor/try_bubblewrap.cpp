// The trial of bubblewrap: it starts a program in a sandbox, with the options that sbx-run gives it. See trial_functions.hpp;
// bwrap(1), elf(5).
#include "compiler/doctor/trial_functions.hpp"
#include "compiler/doctor/trial_process.hpp"
#include "runtime/bubblewrap_failure.hpp"
#include "runtime/host_path.hpp"
#include "runtime/memory_file.hpp"
#include "runtime/own_procfs.hpp"
#include "runtime/program.hpp"
#include "runtime/status_reader.hpp"
#include "runtime/tools.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <elf.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sbx::doctor {
namespace {

namespace step = runtime::step;
using runtime::Descriptor;

#if defined(__x86_64__)
constexpr Elf64_Half machine = EM_X86_64;
constexpr std::array<std::uint32_t, 3> instructions = {0x3cb8ff31, 0x0f000000, 0x00000005};  // xor edi, edi; mov eax, 60; syscall
#elif defined(__aarch64__)
constexpr Elf64_Half machine = EM_AARCH64;
constexpr std::array<std::uint32_t, 3> instructions = {0xd2800000, 0xd2800ba8, 0xd4000001};  // mov x0, 0; mov x8, 93; svc 0
#else
#error "the program that does nothing is not written for this architecture"
#endif

/// A program that needs no other file and does nothing but succeed, so that what fails is bubblewrap.
std::string program_that_succeeds() {
    constexpr std::uint64_t address = 0x400000;
    constexpr std::uint64_t code = sizeof(Elf64_Ehdr) + sizeof(Elf64_Phdr);
    Elf64_Ehdr head{};
    std::memcpy(head.e_ident, ELFMAG, SELFMAG);
    head.e_ident[EI_CLASS] = ELFCLASS64;
    head.e_ident[EI_DATA] = ELFDATA2LSB;
    head.e_ident[EI_VERSION] = EV_CURRENT;
    head.e_type = ET_EXEC;
    head.e_machine = machine;
    head.e_version = EV_CURRENT;
    head.e_entry = address + code;
    head.e_phoff = sizeof head;
    head.e_ehsize = sizeof head;
    head.e_phentsize = sizeof(Elf64_Phdr);
    head.e_phnum = 1;
    Elf64_Phdr segment{};
    segment.p_type = PT_LOAD;
    segment.p_flags = PF_R | PF_X;
    segment.p_vaddr = address;
    segment.p_paddr = address;
    segment.p_filesz = code + sizeof instructions;
    segment.p_memsz = segment.p_filesz;
    segment.p_align = 0x10000;
    std::string bytes(code + sizeof instructions, '\0');
    std::memcpy(bytes.data(), &head, sizeof head);
    std::memcpy(bytes.data() + sizeof head, &segment, sizeof segment);
    std::memcpy(bytes.data() + code, instructions.data(), sizeof instructions);
    return bytes;
}

std::string filter_that_allows() {
    const sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    std::string bytes(sizeof allow, '\0');
    std::memcpy(bytes.data(), &allow, sizeof allow);
    return bytes;
}

/// Everything that bubblewrap gets, and what it says.
class Start {
public:
    explicit Start(const Launcher& launcher) : path_(runtime::find_tool(runtime::tools::bubblewrap)) {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
            runtime::refuse_errno(step::supervise, "no pipe can be made", errno, "raise the caller's limit of open files");
        }
        status_ = Descriptor(ends[0]);
        Descriptor root = runtime::out_of_the_way(Descriptor(::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC)));
        std::vector<std::string> options = {"--json-status-fd", keep(runtime::out_of_the_way(Descriptor(ends[1])))};
        options.insert(options.end(), launcher.switches.begin(), launcher.switches.end());
        const std::string uid = std::to_string(launcher.uid);
        const std::string gid = std::to_string(launcher.gid);
        options.insert(options.end(), {"--uid", uid, "--gid", gid, "--perms", "1777", "--size", "65536", "--tmpfs", "/tmp"});
        options.insert(options.end(), {"--ro-bind-fd", keep(std::move(root)), "/host", "--perms", "0555", "--ro-bind-data",
                                       keep(runtime::memory_file("sbx-program", program_that_succeeds())), "/program"});
        options.insert(options.end(), {"--remount-ro", "/", "--add-seccomp-fd",
                                       keep(runtime::memory_file("sbx-filter", filter_that_allows())), "--chdir", "/"});
        std::string joined;
        for (const std::string& option : options) {
            joined += option + '\0';
        }
        words_ = {"bwrap", "--args", keep(runtime::memory_file("sbx-args", joined)), "--", "/program"};
    }

    /// In the process that becomes bubblewrap.
    void execute() const {
        runtime::mount_own_procfs({});
        for (const Descriptor& descriptor : kept_) {
            ::fcntl(descriptor.get(), F_SETFD, 0);
        }
        ::dup2(output_.descriptor(), 2);
        std::vector<char*> words;
        for (const std::string& word : words_) {
            words.push_back(const_cast<char*>(word.c_str()));
        }
        words.push_back(nullptr);
        char* const no_environment = nullptr;
        ::execve(path_.c_str(), words.data(), &no_environment);
        runtime::refuse_errno(step::bubblewrap, runtime::quoted(path_) + " cannot be executed", errno,
                              "reinstall the package bubblewrap");
    }

    /// Whether it said that the program succeeded.
    [[nodiscard]] bool succeeded() {
        kept_.clear();
        std::string text;
        std::array<char, 4096> bytes{};
        for (ssize_t length = 1; length > 0;) {
            length = ::read(status_.get(), bytes.data(), bytes.size());
            text.append(bytes.data(), static_cast<std::size_t>(std::max<ssize_t>(length, 0)));
        }
        runtime::StatusReader reader;
        reader.feed(text);
        return !reader.broken() && reader.exit_code() == 0;
    }
    [[nodiscard]] std::string said() const { return output_.line(); }

private:
    std::string path_;
    std::vector<Descriptor> kept_;
    std::vector<std::string> words_;
    Descriptor status_;
    runtime::ProgramOutput output_;

    std::string keep(Descriptor descriptor) {
        std::string number = std::to_string(descriptor.get());
        kept_.push_back(std::move(descriptor));
        return number;
    }
};

}  // namespace

std::string try_bubblewrap(const Launcher& launcher) {
    Start start(launcher);
    const int status = status_in_namespaces(launcher, [&start] { start.execute(); });
    if (!start.succeeded() || status != 0) {
        throw runtime::describe_bubblewrap_failure(status, start.said(), false);
    }
    return {};
}

}  // namespace sbx::doctor
