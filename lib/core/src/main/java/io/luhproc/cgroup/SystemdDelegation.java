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
 * Whether systemd gave a group to whoever runs in it, by {@code Delegate=}. That the files belong
 * to us says nothing: all of a user's do.
 *
 * <p>The manager of the system marks such a group by the extended attribute {@code user.delegate},
 * since version 251, see "Control Group APIs and Delegation" in its documents. The manager of a
 * user does not, and has to be asked.
 */
final class SystemdDelegation {
  private static final String DELEGATE_ATTRIBUTE = "delegate";
  private static final long TIMEOUT_SECONDS = 5;

  private final String systemctl;

  /** Creates one that asks the manager of a user by this program. */
  SystemdDelegation(String systemctl) {
    this.systemctl = systemctl;
  }

  boolean isDelegated(Path group) {
    return hasDelegateAttribute(group)
        || (isUserManagerUnit(group) && isDelegatedByUserManager(group));
  }

  private static boolean hasDelegateAttribute(Path group) {
    UserDefinedFileAttributeView attributes =
        Files.getFileAttributeView(group, UserDefinedFileAttributeView.class);
    try {
      if (attributes == null || !attributes.list().contains(DELEGATE_ATTRIBUTE)) {
        return false;
      }
      ByteBuffer value = ByteBuffer.allocate(attributes.size(DELEGATE_ATTRIBUTE));
      int ignored = attributes.read(DELEGATE_ATTRIBUTE, value);
      return StandardCharsets.UTF_8.decode(value.flip()).toString().equals("1");
    } catch (IOException expected) {
      // A kernel before 5.7 has none on groups, or it is gone: nobody told that it is ours.
      return false;
    }
  }

  private static boolean isUserManagerUnit(Path group) {
    String unit = String.valueOf(group.getFileName());
    return group.toString().contains("/user@")
        && !unit.startsWith("user@")
        && (unit.endsWith(".scope") || unit.endsWith(".service"));
  }

  private boolean isDelegatedByUserManager(Path group) {
    String unit = String.valueOf(group.getFileName());
    ProcessBuilder builder =
        new ProcessBuilder(systemctl, "--user", "show", "--property=Delegate", "--", unit);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    try {
      Process process = builder.start();
      try (InputStream out = process.getInputStream()) {
        boolean exited = process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        // The answer is one short line, which a pipe holds until it is read.
        return exited && new String(out.readAllBytes(), StandardCharsets.UTF_8).contains("=yes");
      } finally {
        process.destroy();
      }
    } catch (IOException expected) {
      // No systemctl: nobody told that it is ours.
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
