package io.luhproc.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.luhproc.directory.Sha256;
import io.luhproc.engine.WorkerKey;
import java.util.Arrays;
import java.util.Locale;
import org.apache.commons.codec.binary.Base32;

/** The names, labels and annotations of the Jobs of workers. */
final class JobNames {
  /** The label of the app, a hash: labels have at most 63 characters. */
  static final String APP_LABEL = "luhproc.io/app";

  /** The label that says which program made an object. */
  static final String MANAGED_BY = "app.kubernetes.io/managed-by";

  static final String MANAGER = "luhproc";

  // True names, which may be long and of any characters.
  static final String APP = "luhproc.io/app-name";
  static final String KEY_APP = "luhproc.io/key-app";
  static final String TASK = "luhproc.io/task";
  static final String ID = "luhproc.io/id";
  static final String TOKEN = "luhproc.io/token";

  /** The time until which the process must have begun. */
  static final String START_DEADLINE = "luhproc.io/start-deadline";

  /** The name of the only container. */
  static final String CONTAINER = "worker";

  // A Job of a CronJob has 11 characters more, and a label of 63 characters has its name.
  private static final int MAX_LENGTH = 52;
  private static final int HASH_BYTES = 15;

  private JobNames() {}

  /** Returns the name of the Job of a worker. */
  static String of(WorkerKey key) {
    return key.shortName(MAX_LENGTH);
  }

  /** Returns the value of the label of an app: 24 base-32 characters of a hash of its name. */
  static String appLabel(String app) {
    byte[] beginning = Arrays.copyOf(Sha256.digest(app.getBytes(UTF_8)), HASH_BYTES);
    return new Base32().encodeToString(beginning).toLowerCase(Locale.ROOT);
  }
}
