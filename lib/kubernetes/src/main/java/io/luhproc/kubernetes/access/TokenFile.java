package io.luhproc.kubernetes.access;

import java.nio.file.Path;

/**
 * A token in a file that is replaced before the token expires, in a pod every hour. It is read for
 * each request, which is simpler than to notice a change and costs 30 microseconds.
 */
record TokenFile(Path file) implements Credentials {
  @Override
  public Credential current() {
    return Credential.ofToken(TextFile.read(file), file.toString());
  }
}
