package io.luhproc.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Prepares the change of user by setpriv(1), as far as it can be known to work. */
final class UserChange {
  // What makes the loader or a shell run code of others; the steps before the change are root's.
  private static final List<String> DANGEROUS =
      List.of("LD_", "GLIBC_TUNABLES", "GCONV_PATH", "BASH_", "ENV", "SHELLOPTS", "PS4");
  // capabilities(7): CAP_SETGID and CAP_SETUID.
  private static final long NEEDED_CAPABILITIES = 1L << 6 | 1L << 7;

  private final Tools tools;
  private final Map<String, String> environment;

  UserChange(Tools tools, Map<String, String> environment) {
    this.tools = tools;
    this.environment = environment;
  }

  /**
   * Returns the command that becomes the user and runs what is behind it; an empty one when this
   * JVM is that user already.
   *
   * @throws SpawnException when user or group are unknown, or this JVM may not change its user
   */
  List<String> command(String user, Optional<String> group) {
    Optional<Account> account = Account.find(user);
    long uid = account.isPresent() ? account.get().uid() : idOf("user", user);
    boolean own = ownUser() == uid;
    if (own && group.isEmpty() && !mayChange()) {
      return List.of();
    }
    long gid = group.isPresent() ? groupOf(group.get()) : account.map(Account::gid).orElse(-1L);
    if (gid < 0) {
      throw refused("user " + user + " is only a number to this machine, so give a group as well");
    }
    checkMayChange(user);
    return List.of(
        tools.require("setpriv", "run as user " + user),
        "--reuid=" + uid,
        "--regid=" + gid,
        account.isPresent() ? "--init-groups" : "--clear-groups",
        "--");
  }

  private static long groupOf(String group) {
    return AccountDatabase.SYSTEM.group(group).orElseGet(() -> idOf("group", group));
  }

  private static long idOf(String what, String text) {
    if (AccountDatabase.isId(text)) {
      return Long.parseLong(text);
    }
    throw refused(what + " " + text + " does not exist on this machine; see `getent`(1)");
  }

  private void checkMayChange(String user) {
    if (!mayChange()) {
      throw refused(
          "cannot run as user "
              + user
              + ": only root can, and this JVM runs as user "
              + ownUser()
              + "; leave the user out");
    }
    for (String name : environment.keySet()) {
      boolean ours = environment.get(name).equals(System.getenv(name));
      if (!ours && DANGEROUS.stream().anyMatch(it -> isDangerous(name, it))) {
        throw refused(
            "variable "
                + name
                + " must not be set together with user "
                + user
                + ": it would act on root's steps before the change; put `env "
                + name
                + "=..` in front of the command");
      }
    }
  }

  private static boolean isDangerous(String name, String dangerous) {
    return dangerous.endsWith("_") ? name.startsWith(dangerous) : name.equals(dangerous);
  }

  private static long ownUser() {
    return ProcessInfo.of(ProcessTable.system().self())
        .map(it -> it.userId().orElse(-1))
        .orElse(-1L);
  }

  private static boolean mayChange() {
    try {
      String status = Files.readString(Path.of("/proc/self/status"), StandardCharsets.ISO_8859_1);
      int at = status.indexOf("\nCapEff:") + "\nCapEff:".length();
      String digits = status.substring(at, status.indexOf('\n', at)).strip();
      return (Long.parseUnsignedLong(digits, 16) & NEEDED_CAPABILITIES) == NEEDED_CAPABILITIES;
    } catch (IOException | RuntimeException ignored) {
      // Elsewhere than on Linux there is no setpriv(1) either, and that is said.
      return true;
    }
  }

  private static SpawnException refused(String why) {
    return new SpawnException(SpawnFault.BAD_USER, why);
  }
}
