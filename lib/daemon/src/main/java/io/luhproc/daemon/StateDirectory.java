package io.luhproc.daemon;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.apache.commons.codec.digest.DigestUtils;

/** Chooses the directory of a supervisor whose configuration names none. */
final class StateDirectory {
  private static final int HASH_LENGTH = 12;

  private StateDirectory() {}

  /**
   * Returns {@code $XDG_STATE_HOME/luhproc/NAME-HASH}, by default below {@code ~/.local/state}, see
   * the XDG Base Directory Specification.
   *
   * @param config the configuration file or folder; the hash is that of its absolute path
   */
  static Path of(Path config, Map<String, String> environment) {
    String stateHome = environment.getOrDefault("XDG_STATE_HOME", "");
    // The specification says that relative paths are ignored.
    Path base =
        stateHome.startsWith("/")
            ? Path.of(stateHome)
            : Path.of(environment.getOrDefault("HOME", System.getProperty("user.home")))
                .resolve(".local/state");
    Path absolute = config.toAbsolutePath().normalize();
    String name = String.valueOf(absolute.getFileName()).replaceFirst("\\.(toml|ya?ml)$", "");
    String hash = DigestUtils.sha256Hex(absolute.toString().getBytes(StandardCharsets.UTF_8));
    return base.resolve("luhproc").resolve(name + "-" + hash.substring(0, HASH_LENGTH));
  }
}
