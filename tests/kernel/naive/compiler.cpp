// A compiler that is broken on purpose: policyc behind a wrapper that spoils what goes in or what comes out, as its first word
// says. The tests use it to show that they notice. Usage: naive_compiler FLAW POLICY -o OUT, or FLAW and whatever policyc takes.
//   lenient  leaves out the lines that are wrong, without a word
//   deaf     leaves out what is neither a file nor a test
//   raw      repeats the policy as it is on standard error
//   ambient  writes who compiled it, and where, into the bundle
//   inplace  writes one file of the bundle after the other, where they will lie
//   status   knows one kind of failure
//   mute     keeps its warnings for itself
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <set>
#include <sstream>
#include <string>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

struct Compiled {
    int status = 0;
    std::string err;
};

std::string slurp(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void spill(const std::string& path, const std::string& text) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
}

Compiled compile(const Words& words) {
    int err[2];
    if (pipe(err) != 0) {
        std::exit(70);
    }
    const pid_t child = fork();
    if (child == 0) {
        std::vector<char*> pointers = {const_cast<char*>(SBX_POLICYC)};
        for (const std::string& word : words) {
            pointers.push_back(const_cast<char*>(word.c_str()));
        }
        pointers.push_back(nullptr);
        dup2(err[1], 2);
        close(err[0]);
        close(err[1]);
        execv(SBX_POLICYC, pointers.data());
        _exit(70);
    }
    close(err[1]);
    Compiled compiled;
    char buffer[4096];
    for (ssize_t count = 0; (count = read(err[0], buffer, sizeof buffer)) > 0;) {
        compiled.err.append(buffer, static_cast<std::size_t>(count));
    }
    close(err[0]);
    int status = 0;
    waitpid(child, &status, 0);
    compiled.status = WIFEXITED(status) ? WEXITSTATUS(status) : 70;
    return compiled;
}

/// The numbers in `NAME:LINE:`.
std::set<std::size_t> lines_named(const std::string& text, const std::string& name) {
    std::set<std::size_t> lines;
    for (std::size_t at = 0; (at = text.find(name + ":", at)) != std::string::npos;) {
        at += name.size() + 1;
        lines.insert(static_cast<std::size_t>(std::atol(text.c_str() + at)));
    }
    return lines;
}

template <class Unwanted>
void drop_lines(const std::string& path, Unwanted unwanted) {
    std::istringstream in(slurp(path));
    std::string out;
    std::size_t number = 0;
    for (std::string line; std::getline(in, line);) {
        out += unwanted(++number, line) ? "\n" : line + "\n";
    }
    spill(path, out);
}

Compiled lenient(const Words& words) {
    Compiled compiled = compile(words);
    for (int turn = 0; turn < 10 && compiled.status == 1; ++turn) {
        const std::set<std::size_t> wrong = lines_named(compiled.err, fs::path(words[0]).filename());
        // What is wrong as a whole names no line, or one: then half of it has to do.
        const std::size_t half = wrong.size() <= 1 && turn > 0 ? std::string::npos : 0;
        std::size_t count = 0;
        drop_lines(words[0], [&](std::size_t number, const std::string& line) {
            return wrong.contains(number) || (half != 0 && line.starts_with("  read ") && ++count % 2 == 0);
        });
        compiled = compile(words);
    }
    return compiled;
}

Compiled deaf(const Words& words) {
    drop_lines(words[0], [](std::size_t, const std::string& line) {
        return line.starts_with("limits") || line.starts_with("environment") || line.starts_with("process");
    });
    return compile(words);
}

void note_surroundings(const std::string& bundle) {
    std::ostringstream note;
    for (const char* name : {"LC_ALL", "TZ", "HOME"}) {
        const char* const value = std::getenv(name);
        note << (value != nullptr ? value : "-") << " ";
    }
    const mode_t mask = umask(0);
    spill(bundle + "/policy.json", slurp(bundle + "/policy.json") + note.str());
    chmod((bundle + "/policy.json").c_str(), 0666 & ~mask);
}

/// A file at a time, and no faster than a disk. Policies whose name is early in the alphabet come from the front, the others from
/// the back, so that two at the same time are sure to mix.
Compiled in_place(Words words) {
    const std::string wanted = words.back();
    const fs::path policy = words[0];
    words.back() = policy.parent_path() / "bundle";
    const Compiled compiled = compile(words);
    if (compiled.status != 0) {
        return compiled;
    }
    fs::create_directories(wanted + "/data");
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(words.back())) {
        if (entry.is_regular_file()) {
            files.push_back(entry.path());
        }
    }
    std::sort(files.begin(), files.end());
    if (policy.filename().string() > "p") {
        std::reverse(files.begin(), files.end());
    }
    for (const fs::path& file : files) {
        const std::string to = wanted + "/" + file.lexically_relative(words.back()).string();
        std::ofstream(to, std::ios::trunc).close();
        usleep(20000);
        spill(to, slurp(file));
        chmod(to.c_str(), fs::status(file).permissions() == fs::perms(0755) ? 0755 : 0644);
    }
    return compiled;
}

Compiled spoiled(const std::string& flaw, const Words& words) {
    if (flaw == "lenient") {
        return lenient(words);
    }
    if (flaw == "deaf") {
        return deaf(words);
    }
    if (flaw == "inplace") {
        return in_place(words);
    }
    Compiled compiled = compile(words);
    if (flaw == "ambient" && compiled.status == 0) {
        note_surroundings(words.back());
    } else if (flaw == "mute" && compiled.status == 0) {
        compiled.err.clear();
    } else if (flaw == "raw" && compiled.status != 0) {
        compiled.err += slurp(words[0]);
    } else if (flaw == "status" && compiled.status != 0) {
        compiled.status = 1;
    }
    return compiled;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) {
        return 2;
    }
    const std::string flaw = argv[1];
    Words words(argv + 2, argv + argc);
    // A copy of the policy, because the wrapper may change it; in a directory of its own, so that it keeps its name, and beside the
    // policy, so that the test's scene takes it away when this process is killed, as some checks do.
    const fs::path beside = fs::path(words[0]).parent_path();
    std::string directory = (beside.empty() ? fs::path(".") : beside).string() + "/sbx-kernel-naive-XXXXXX";
    if (mkdtemp(directory.data()) == nullptr) {
        return 70;
    }
    if (fs::is_regular_file(words[0])) {
        const std::string copy = directory + "/" + fs::path(words[0]).filename().string();
        spill(copy, slurp(words[0]));
        words[0] = copy;
    }
    const Compiled compiled = spoiled(flaw, words);
    std::cerr << compiled.err;
    fs::remove_all(directory);
    return compiled.status;
}
