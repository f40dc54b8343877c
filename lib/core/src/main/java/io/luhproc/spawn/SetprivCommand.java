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

/** Builds the setpriv(1) command that changes the user, and checks that it can work. */
final class SetprivCommand {
  // These make the loader or a shell run foreign code, and the steps before the change run as root.
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
   * Returns the words to put in front of a command to run it as a user. Empty if this JVM already
   * runs as that user.
   *
   * @throws SpawnException if the user or group is unknown, or if this JVM must not change its user
   */
  List<String> prefix(String user, Optional<String> group) {
    Optional<UserDatabase.User> known = UserDatabase.SYSTEM.findUser(user);
    long uid = known.isPresent() ? known.get().uid() : parseId("user", user);
    boolean isCurrentUser = currentUid() == uid;
    if (isCurrentUser && group.isEmpty() && !hasPrivileges()) {
      return List.of();
    }
    long gid =
        group.isPresent() ? groupId(group.get()) : known.map(UserDatabase.User::gid).orElse(-1L);
    if (gid < 0) {
      throw badUser(
          "cannot run as user " + user + ": it has no passwd entry and so no group; give a group");
    }
    requirePrivileges(user);
    return List.of(
        toolLocator.require("setpriv", "run as user " + user),
        "--reuid=" + uid,
        "--regid=" + gid,
        known.isPresent() ? "--init-groups" : "--clear-groups",
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
              + "; set no user");
    }
    for (String name : environment.keySet()) {
      boolean isInherited = environment.get(name).equals(System.getenv(name));
      if (!isInherited && DANGEROUS_VARIABLES.stream().anyMatch(it -> isDangerous(name, it))) {
        throw badUser(
            "variable "
                + name
                + " must not be set together with user "
                + user
                + ": it would affect the steps that still run as root; put `env "
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
      // Not Linux: setpriv(1) is missing too, which is reported when it is looked up.
      return true;
    }
  }

  private static SpawnException badUser(String message) {
    return new SpawnException(SpawnFailure.BAD_USER, message);
  }
}
