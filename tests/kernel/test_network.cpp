// Namespaces and addresses. See the header; ip(8) does what takes netlink.
#include "tests/kernel/test_network.hpp"

#include "tests/kernel/test_server.hpp"

#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <sched.h>
#include <sstream>
#include <stdexcept>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sbx::kernel {
namespace {

void must(bool succeeded, const char* what) {
    if (!succeeded) {
        std::perror(what);
        _exit(1);
    }
}

void shell(const std::string& commands) {
    const Outcome outcome =
        run({.words = {"/bin/sh", "-ec", commands}, .environment = {{"PATH", "/usr/sbin:/usr/bin:/sbin:/bin"}}});
    if (outcome.status != 0) {
        throw std::runtime_error("the test network: " + outcome.text());
    }
}

/// A process that keeps a network namespace, and serves in it once a byte came.
struct Keeper {
    pid_t process = -1;
    int start = -1;
};
Keeper keep_namespace(const std::string& log) {
    int ready[2];
    int start[2];
    if (pipe2(ready, O_CLOEXEC) != 0 || pipe2(start, O_CLOEXEC) != 0) {
        throw std::runtime_error("pipe");
    }
    const pid_t process = fork();
    if (process == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        must(unshare(CLONE_NEWNET) == 0, "unshare");
        (void)!write(ready[1], "r", 1);
        char byte = 0;
        close(start[1]);
        must(read(start[0], &byte, 1) == 1, "start");
        serve_everywhere(log);
    }
    close(ready[1]);
    close(start[0]);
    char byte = 0;
    if (process < 0 || read(ready[0], &byte, 1) != 1) {
        throw std::runtime_error("no network namespace");
    }
    close(ready[0]);
    return {process, start[1]};
}

}  // namespace

TestNetwork& TestNetwork::instance() {
    static TestNetwork network;
    return network;
}

TestNetwork::TestNetwork() : directory_("/var/tmp/sbx-kernel-network-XXXXXX") {
    if (mkdtemp(directory_.data()) == nullptr) {
        throw std::runtime_error("mkdtemp below /var/tmp");
    }
    const Keeper here = keep_namespace(directory_ + "/host");
    const Keeper there = keep_namespace(directory_ + "/world");
    processes_ = {here.process, there.process};
    const std::string host_pid = std::to_string(here.process);
    const std::string world_pid = std::to_string(there.process);
    std::string world = "link set lo up\naddr add 10.77.0.2/24 dev far\naddr add fd77::2/64 dev far nodad\nlink set far up\n";
    // Every address of these networks is the world's, so that nothing is refused for want of a server.
    for (const char* const network :
         {"203.0.113.0/24", "198.51.100.0/24", "10.0.2.0/24", "169.254.0.0/16", "169.253.255.255", "169.255.0.0",
          "100.100.100.0/24", "168.63.129.0/24", "192.0.0.0/24", "2001:db8:77::/64", "fd00:ec2::/64"}) {
        world += std::string("route add local ") + network + " dev lo\n";
    }
    shell("nsenter -t " + host_pid + " -n ip -batch - <<END\nlink add near type veth peer name far netns " + world_pid +
          "\nlink set lo up\naddr add 10.77.0.1/24 dev near\naddr add fd77::1/64 dev near nodad\nlink set near up\nEND\n"
          "nsenter -t " +
          world_pid + " -n ip -batch - <<END\n" + world +
          "END\n"
          // A link comes up when the kernel finds the time; pasta has no IPv6 on one without an address of its own.
          "for process in " +
          host_pid + " " + world_pid +
          "; do turn=0; until grep -q '^fe80.* \\(near\\|far\\)$' /proc/$process/net/if_inet6; do "
          "turn=$((turn + 1)); [ $turn -lt 500 ]; sleep 0.01; done; done\n"
          "nsenter -t " +
          host_pid +
          " -n sh -e <<END\nip -batch - <<ROUTES\nroute add default via 10.77.0.2\nroute add default via fd77::2\nROUTES\n"
          "echo 0 2147483647 >/proc/sys/net/ipv4/ping_group_range\nEND\n");
    host_ = open(("/proc/" + host_pid + "/ns/net").c_str(), O_RDONLY | O_CLOEXEC);
    for (const int start : {here.start, there.start}) {
        (void)!write(start, "s", 1);
        close(start);
    }
    for (const char* where : {"host", "world"}) {
        for (int turn = 0; turn < 500 && !std::filesystem::exists(directory_ + "/" + where); ++turn) {
            usleep(10000);
        }
    }
    usleep(50000);  // the log is opened before the sockets are bound
}

TestNetwork::~TestNetwork() {
    for (const pid_t process : processes_) {
        kill(process, SIGKILL);
        waitpid(process, nullptr, 0);
    }
    close(host_);
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
}

Command TestNetwork::in_host(Command command, Tun tun) const {
    const int host_namespace = host_;
    const std::string resolver = directory_ + "/resolv.conf";
    write_file(resolver, "nameserver 10.77.0.2\n", 0644);
    command.before_exec = [host_namespace, tun, resolver, before = command.before_exec] {
        must(setns(host_namespace, CLONE_NEWNET) == 0 && unshare(CLONE_NEWNS) == 0, "setns");
        must(mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0, "mount");
        must(mount("none", "/dev/net", "tmpfs", 0, "mode=755") == 0, "mount on /dev/net");
        mount(resolver.c_str(), "/etc/resolv.conf", nullptr, MS_BIND, nullptr);
        if (tun != Tun::absent) {
            const mode_t mode = tun == Tun::usable ? 0666 : 0600;
            must(mknod("/dev/net/tun", S_IFCHR | mode, makedev(10, 200)) == 0 && chmod("/dev/net/tun", mode) == 0, "mknod");
        }
        if (before) {
            before();
        }
    };
    return command;
}

void TestNetwork::clear() {
    for (const char* where : {"host", "world"}) {
        (void)!truncate((directory_ + "/" + where).c_str(), 0);
    }
}

bool TestNetwork::reached(const std::string& where, const std::string& what) const {
    for (int turn = 0; turn < 3; ++turn) {
        if (("\n" + read_file(directory_ + "/" + where)).find("\n" + what + "\n") != std::string::npos) {
            return true;
        }
        usleep(20000);
    }
    return false;
}

std::multiset<std::string> TestNetwork::arrivals() const {
    usleep(50000);
    std::multiset<std::string> all;
    for (const std::string where : {"host", "world"}) {
        std::istringstream lines(read_file(directory_ + "/" + where));
        for (std::string line; std::getline(lines, line);) {
            all.insert(where + ": " + line);
        }
    }
    return all;
}

std::vector<pid_t> TestNetwork::helpers() const {
    struct stat own {};
    std::vector<pid_t> found = processes_with("tap0");
    std::erase_if(found, [&](pid_t process) {
        struct stat other {};
        return fstat(host_, &own) != 0 || stat(("/proc/" + std::to_string(process) + "/ns/net").c_str(), &other) != 0 ||
               own.st_ino != other.st_ino;
    });
    return found;
}

bool TestNetwork::helpers_gone(int milliseconds) const {
    for (; !helpers().empty(); milliseconds -= 10) {
        if (milliseconds <= 0) {
            return false;
        }
        usleep(10000);
    }
    return true;
}

void TestNetwork::kill_helpers() const {
    for (const pid_t process : helpers()) {
        kill(process, SIGKILL);
    }
}

std::string TestNetwork::log() const {
    return "host:\n" + read_file(directory_ + "/host") + "world:\n" + read_file(directory_ + "/world");
}

}  // namespace sbx::kernel
