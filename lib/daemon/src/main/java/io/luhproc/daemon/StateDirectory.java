package io.luhproc.daemon;

import io.luhproc.DirectoryLockedException;
import io.luhproc.DirectoryRefusedException;
import io.luhproc.LuhprocException;
import io.luhproc.daemon.file.PrivateFile;
import io.luhproc.directory.RegularFiles;
import io.luhproc.directory.Sha256;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.slf4j.LoggerFactory;

/**
 * The directory in which the state of the daemon of a configuration is found.
 *
 * <p>Its path follows from that of the configuration alone, so that a client finds the daemon
 * without reading the configuration. If the configuration names another directory, a file {@code
 * directory} (mode 0600) here holds the path of the one in use. Immutable.
 *
 * @since 0.1
 */
public final class StateDirectory {
  private static final int HASH_BYTES = 6;
  private static final List<String> SUFFIXES = List.of(".toml", ".yaml", ".yml");
  private static final String POINTER_FILE = "directory";
  private static final String SOCKET_FILE = "http.sock";
  // PATH_MAX, see limits.h.
  private static final int MAX_POINTER_BYTES = 4096;
  // inode(7): the bits for writing by the group and by others.
  private static final int WRITABLE_BY_OTHERS = 022;
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final Path config;
  private final Path path;

  private StateDirectory(Path config, Path path) {
    this.config = config;
    this.path = path;
  }

  /**
   * Returns {@code $XDG_STATE_HOME/luhproc/NAME-HASH}, by default below {@code ~/.local/state}, see
   * the XDG Base Directory Specification. Does not create it.
   *
   * @param config the configuration file or folder; the hash is that of its {@link #config path}
   * @param environment the environment variables, of which {@code XDG_STATE_HOME} and {@code HOME}
   *     are used
   */
  public static StateDirectory of(Path config, Map<String, String> environment) {
    String stateHome = environment.getOrDefault("XDG_STATE_HOME", "");
    // The specification says that relative paths are ignored.
    Path base =
        stateHome.startsWith("/")
            ? Path.of(stateHome)
            : Path.of(environment.getOrDefault("HOME", System.getProperty("user.home")))
                .resolve(".local/state");
    Path canonical = canonical(config);
    byte[] digest = Sha256.digest(canonical.toString().getBytes(StandardCharsets.UTF_8));
    String hash = HexFormat.of().formatHex(digest, 0, HASH_BYTES);
    return new StateDirectory(
        canonical, base.resolve("luhproc").resolve(name(canonical) + "-" + hash));
  }

  /** Not a regular expression, which a cold command would wait for. */
  private static String name(Path config) {
    String name = String.valueOf(config.getFileName());
    for (String suffix : SUFFIXES) {
      if (name.endsWith(suffix)) {
        return name.substring(0, name.length() - suffix.length());
      }
    }
    return name;
  }

  /**
   * Resolves the links in the path of the folder, but not the last name: the target of a mounted
   * configuration, such as a ConfigMap, has another path after each change.
   */
  private static Path canonical(Path config) {
    Path absolute = config.toAbsolutePath().normalize();
    Path parent = absolute.getParent();
    if (parent == null) {
      return absolute;
    }
    try {
      return parent.toRealPath().resolve(absolute.getFileName());
    } catch (IOException expected) {
      return absolute; // the folder does not exist
    }
  }

  /** Returns the absolute path of the configuration, with the links of its folder resolved. */
  public Path config() {
    return config;
  }

  /** Returns the path that follows from the configuration's. */
  public Path path() {
    return path;
  }

  /**
   * Returns the directory that the daemon uses, or has used last: {@link #path()}, or what the
   * pointer there says.
   *
   * @throws DirectoryRefusedException if one of them belongs to another user, or others can write
   *     the pointer
   * @throws LuhprocException if the pointer cannot be read
   */
  public Path inUse() {
    try {
      if (!isSafe(path)) {
        return path;
      }
      Path target = readPointer();
      if (Files.exists(target)) {
        checkOwner(target);
      }
      return target;
    } catch (NoSuchFileException expected) {
      return path; // no pointer
    } catch (IOException | InvalidPathException e) {
      throw new LuhprocException(
          "cannot read " + path.resolve(POINTER_FILE) + ": " + e + "; delete it", e);
    }
  }

  /** Returns the unix socket of the daemon's HTTP server, which exists only while it runs. */
  public Path socket() {
    return inUse().resolve(SOCKET_FILE);
  }

  private Path readPointer() throws IOException {
    byte[] bytes = RegularFiles.read(path.resolve(POINTER_FILE), MAX_POINTER_BYTES);
    Path target = Path.of(new String(bytes, StandardCharsets.UTF_8).stripTrailing());
    if (!target.isAbsolute()) {
      throw new IOException("it holds no absolute path");
    }
    return target;
  }

  /**
   * Checks which users can write the pointer in a directory, and returns whether the directory
   * exists.
   */
  private static boolean isSafe(Path directory) throws IOException {
    if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    checkOwner(directory);
    if (((Integer) Files.getAttribute(directory, "unix:mode") & WRITABLE_BY_OTHERS) != 0) {
      throw refusal(directory, "other users can write it; set its mode to 0700");
    }
    return true;
  }

  private static void checkOwner(Path directory) throws IOException {
    int owner = (Integer) Files.getAttribute(directory, "unix:uid");
    if (owner != 0 && owner != ownUid()) {
      throw refusal(directory, "it belongs to another user; remove it, or set XDG_STATE_HOME");
    }
  }

  private static DirectoryRefusedException refusal(Path directory, String cause) {
    return new DirectoryRefusedException(directory, "cannot use " + directory + ": " + cause);
  }

  private static int ownUid() throws IOException {
    // proc(5): the files of a process belong to its effective user.
    Path self = Path.of("/proc/self/stat");
    Path owned = Files.exists(self) ? self : Path.of(System.getProperty("user.home"));
    return (Integer) Files.getAttribute(owned, "unix:uid");
  }

  // The side of the daemon.

  /**
   * Checks that no daemon of this configuration runs in another directory.
   *
   * @param directory the directory that the configuration names now
   * @throws DirectoryLockedException if one runs
   */
  void checkNoDaemonOutside(Path directory) {
    Path used = inUse();
    if (!used.equals(directory) && isListening(used.resolve(SOCKET_FILE))) {
      throw new DirectoryLockedException(
          "cannot start a daemon of "
              + config
              + ": one runs already, in the former directory "
              + used
              + "; stop it with luhproc down");
    }
  }

  private static boolean isListening(Path socket) {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      return channel.isConnected();
    } catch (IOException expected) {
      return false; // no socket, or one that a killed daemon left
    }
  }

  /**
   * Records the directory in use. Creates this directory with mode 0700.
   *
   * <p>A failure is only logged: a daemon with a directory of its own needs no writable home.
   */
  void publish(Path directory) {
    Path pointer = path.resolve(POINTER_FILE);
    try {
      createDirectory();
      if (directory.equals(path)) {
        Files.deleteIfExists(pointer);
      } else {
        PrivateFile.replace(pointer, (directory + "\n").getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException | DirectoryRefusedException e) {
      LoggerFactory.getLogger(StateDirectory.class)
          .warn(
              "cannot write {}: {}; luhproc will not find this daemon, unless XDG_STATE_HOME names"
                  + " a folder that is writable",
              pointer,
              e.toString());
    }
  }

  private void createDirectory() throws IOException {
    if (!isSafe(path)) {
      Files.createDirectories(Objects.requireNonNull(path.getParent()));
      Files.createDirectories(path, OWNER_ONLY);
    }
  }
}
