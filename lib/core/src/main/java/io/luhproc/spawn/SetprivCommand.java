package io.luhproc.spawn;

import io.luhproc.process.SpawnException;
import io.luhproc.process.SpawnFailure;
import io.luhproc.procfs.ProcessInfoReader;
import io.luhproc.procfs.ProcessTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Prepares the change of user by setpriv(1), as far as it can be known to work. */
final class SetprivCommand {
  // What makes the loader or a shell run code of others; the steps before the change are root's.
  private static final List<String> DANGEROUS_VARIABLES =
      List.of("LD_", "GLIBC_TUNABLES", "GCONV_PATH", "BASH_", "ENV", "SHELLOPTS", "PS4");
  // capabilities(7): CAP_SETGID and CAP_SETUID.
  private static final long SETUID_SETGID_CAPABILITIES = 1L << 6 | 1L << 7;

  private final ToolLocator toolLocator;
  private final Map<String, String> environment;

  SetprivCommand(ToolLocator toolLocator, Map<String, String> environment) {
    this.toolLocator = toolLocator;
    this.environment = environment;
  }

  /**
   * Returns the command that becomes the user and runs what is behind it; an empty one when this
   * JVM is that user already.
   *
   * @throws SpawnException when user or group are unknown, or this JVM may not change its user
   */
  List<String> prefix(String user, Optional<String> group) {
    Optional<PasswdEntry> passwdEntry = PasswdEntry.find(user);
    long uid = passwdEntry.isPresent() ? passwdEntry.get().uid() : parseId("user", user);
    boolean isCurrentUser = currentUid() == uid;
    if (isCurrentUser && group.isEmpty() && !hasPrivileges()) {
      return List.of();
    }
    long gid =
        group.isPresent() ? groupId(group.get()) : passwdEntry.map(PasswdEntry::gid).orElse(-1L);
    if (gid < 0) {
      throw badUser("user " + user + " is only a number to this machine, so give a group as well");
    }
    requirePrivileges(user);
    return List.of(
        toolLocator.require("setpriv", "run as user " + user),
        "--reuid=" + uid,
        "--regid=" + gid,
        passwdEntry.isPresent() ? "--init-groups" : "--clear-groups",
        "--");
  }

  private static long groupId(String group) {
    return UserDatabase.SYSTEM.findGroupId(group).orElseGet(() -> parseId("group", group));
  }

  private static long parseId(String kind, String text) {
    if (UserDatabase.isNumericId(text)) {
      return Long.parseLong(text);
    }
    throw badUser(kind + " " + text + " does not exist on this machine; see `getent`(1)");
  }

  private void requirePrivileges(String user) {
    if (!hasPrivileges()) {
      throw badUser(
          "cannot run as user "
              + user
              + ": only root can, and this JVM runs as user "
              + currentUid()
              + "; leave the user out");
    }
    for (String name : environment.keySet()) {
      boolean isInherited = environment.get(name).equals(System.getenv(name));
      if (!isInherited && DANGEROUS_VARIABLES.stream().anyMatch(it -> isDangerous(name, it))) {
        throw badUser(
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

  private static long currentUid() {
    return ProcessInfoReader.system()
        .read(ProcessTable.system().currentPid())
        .map(it -> it.userId().orElse(-1))
        .orElse(-1L);
  }

  private static boolean hasPrivileges() {
    try {
      String status = Files.readString(Path.of("/proc/self/status"), StandardCharsets.ISO_8859_1);
      int at = status.indexOf("\nCapEff:") + "\nCapEff:".length();
      String digits = status.substring(at, status.indexOf('\n', at)).strip();
      return (Long.parseUnsignedLong(digits, 16) & SETUID_SETGID_CAPABILITIES)
          == SETUID_SETGID_CAPABILITIES;
    } catch (IOException | RuntimeException ignored) {
      // Elsewhere than on Linux there is no setpriv(1) either, and that is said.
      return true;
    }
  }

  private static SpawnException badUser(String message) {
    return new SpawnException(SpawnFailure.BAD_USER, message);
  }
}
