package io.luhproc.cgroup;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.concurrent.TimeUnit;

/**
 * Finds out whether systemd has delegated a cgroup to its processes, by {@code Delegate=}. File
 * ownership does not show it: a user owns all cgroups of the user manager.
 *
 * <p>The system manager marks such a cgroup by the extended attribute {@code user.delegate} since
 * version 251, see "Control Group APIs and Delegation" in its documentation. The user manager does
 * not, so it is queried.
 */
final class SystemdDelegation {
  private static final String DELEGATE_ATTRIBUTE = "delegate";
  private static final long TIMEOUT_SECONDS = 5;

  private final String systemctl;

  /** Creates an instance that queries the user manager with this program. */
  SystemdDelegation(String systemctl) {
    this.systemctl = systemctl;
  }

  boolean isDelegated(Path cgroup) {
    return hasDelegateAttribute(cgroup)
        || (isUserManagerUnit(cgroup) && isDelegatedByUserManager(cgroup));
  }

  private static boolean hasDelegateAttribute(Path cgroup) {
    UserDefinedFileAttributeView attributes =
        Files.getFileAttributeView(cgroup, UserDefinedFileAttributeView.class);
    try {
      if (attributes == null || !attributes.list().contains(DELEGATE_ATTRIBUTE)) {
        return false;
      }
      ByteBuffer value = ByteBuffer.allocate(attributes.size(DELEGATE_ATTRIBUTE));
      int ignored = attributes.read(DELEGATE_ATTRIBUTE, value);
      return StandardCharsets.UTF_8.decode(value.flip()).toString().equals("1");
    } catch (IOException expected) {
      // Linux before 5.7 has no attributes on cgroups, or the cgroup was removed: not delegated.
      return false;
    }
  }

  private static boolean isUserManagerUnit(Path cgroup) {
    String unit = String.valueOf(cgroup.getFileName());
    return cgroup.toString().contains("/user@")
        && !unit.startsWith("user@")
        && (unit.endsWith(".scope") || unit.endsWith(".service"));
  }

  private boolean isDelegatedByUserManager(Path cgroup) {
    String unit = String.valueOf(cgroup.getFileName());
    ProcessBuilder builder =
        new ProcessBuilder(systemctl, "--user", "show", "--property=Delegate", "--", unit);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    try {
      Process process = builder.start();
      try (InputStream out = process.getInputStream()) {
        boolean exited = process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        // The output is one short line, which fits into the pipe.
        return exited && new String(out.readAllBytes(), StandardCharsets.UTF_8).contains("=yes");
      } finally {
        process.destroy();
      }
    } catch (IOException expected) {
      // Without systemctl there is no user manager that could have delegated it.
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
