package io.luhproc.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.DirectoryLockedException;
import io.luhproc.DirectoryRefusedException;
import io.luhproc.LuhprocException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateDirectoryTest {
  private static final Path FILE = Path.of("/etc/app/luhproc.toml");

  @TempDir Path folder;
  private StateDirectory state;

  @BeforeEach
  void createState() throws IOException {
    Path config = folder.resolve("luhproc.toml");
    state = StateDirectory.of(config, Map.of("XDG_STATE_HOME", folder.toRealPath() + "/state"));
  }

  private static Path path(Path config, Map<String, String> environment) {
    return StateDirectory.of(config, environment).path();
  }

  private ServerSocketChannel listen(Path directory) throws IOException {
    Files.createDirectories(directory);
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    return server.bind(UnixDomainSocketAddress.of(directory.resolve("http.sock")));
  }

  // The path.

  @Test
  void stateHomeIsThatOfXdg() {
    assertThat(path(FILE, Map.of("XDG_STATE_HOME", "/state", "HOME", "/home/a")))
        .hasToString("/state/luhproc/luhproc-2b87e8cf8dec");
  }

  @Test
  void relativeOrMissingStateHomeIsBelowHome() {
    Path expected = path(FILE, Map.of("HOME", "/home/a"));

    assertThat(expected.getParent()).isEqualTo(Path.of("/home/a/.local/state/luhproc"));
    assertThat(path(FILE, Map.of("XDG_STATE_HOME", "state", "HOME", "/home/a")))
        .isEqualTo(expected);
  }

  @Test
  void equalNamesInOtherFoldersHaveOtherDirectories() {
    Map<String, String> environment = Map.of("HOME", "/home/a");

    assertThat(path(Path.of("/etc/b/luhproc.toml"), environment))
        .isNotEqualTo(path(FILE, environment));
  }

  @Test
  void linkedFolderHasSameDirectoryAndLinkedFileHasItsOwn() throws IOException {
    Path real = Files.createDirectory(folder.resolve("real"));
    Files.createFile(real.resolve("luhproc.toml"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), real);
    Path fileLink =
        Files.createSymbolicLink(folder.resolve("other.toml"), real.resolve("luhproc.toml"));
    Map<String, String> environment = Map.of("HOME", "/home/a");

    assertThat(path(link.resolve("luhproc.toml"), environment))
        .isEqualTo(path(real.resolve("luhproc.toml"), environment));
    assertThat(StateDirectory.of(fileLink, environment).config())
        .isEqualTo(folder.toRealPath().resolve("other.toml"));
  }

  // The pointer.

  @Test
  void missingStateDirectoryIsTheOneInUse() {
    assertThat(state.inUse()).isEqualTo(state.path());
    assertThat(state.path()).doesNotExist();
  }

  @Test
  void publishedDirectoryIsFoundAndIsPrivate() throws IOException {
    Path used = Files.createDirectory(folder.resolve("run"));

    state.publish(used);

    assertThat(state.inUse()).isEqualTo(used);
    assertThat(state.socket()).isEqualTo(used.resolve("http.sock"));
    assertThat(permissions(state.path())).isEqualTo("rwx------");
    assertThat(permissions(state.path().resolve("directory"))).isEqualTo("rw-------");
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void laterDirectoryReplacesFormerAndOwnPathRemovesPointer() {
    state.publish(folder.resolve("one"));
    state.publish(folder.resolve("two"));
    assertThat(state.inUse()).isEqualTo(folder.resolve("two"));

    state.publish(state.path());

    assertThat(state.inUse()).isEqualTo(state.path());
    assertThat(state.path()).isEmptyDirectory();
  }

  @Test
  void stalePointerToDeletedDirectoryIsNoFailure() {
    state.publish(folder.resolve("gone"));

    assertThat(state.socket()).isEqualTo(folder.resolve("gone/http.sock"));
    state.checkNoDaemonOutside(folder.resolve("new"));
  }

  @Test
  void pointerOfKilledWriterIsReplaced() throws IOException {
    state.publish(folder.resolve("one"));
    Files.writeString(state.path().resolve(".directory.new"), "half");

    state.publish(folder.resolve("two"));

    assertThat(state.inUse()).isEqualTo(folder.resolve("two"));
  }

  @Test
  void damagedPointerIsReportedWithItsPath() throws IOException {
    state.publish(folder.resolve("run"));
    Path pointer = state.path().resolve("directory");
    for (String content : new String[] {"", "relative/path", "/a\0b"}) {
      Files.writeString(pointer, content);

      assertThatThrownBy(state::inUse)
          .isInstanceOf(LuhprocException.class)
          .hasMessageContaining("cannot read " + pointer);
    }
  }

  @Test
  void linkOrFolderInPlaceOfPointerIsRefused() throws IOException {
    state.publish(folder.resolve("run"));
    Path pointer = state.path().resolve("directory");
    Path target = Files.writeString(folder.resolve("target"), "/tmp\n");
    Files.delete(pointer);
    Files.createSymbolicLink(pointer, target);
    assertThatThrownBy(state::inUse).hasMessageContaining("not a regular file");

    Files.delete(pointer);
    Files.createDirectory(pointer);
    assertThatThrownBy(state::inUse).hasMessageContaining("not a regular file");
  }

  @Test
  void stateDirectoryThatOthersCanWriteIsRefused() throws IOException {
    state.publish(folder.resolve("run"));
    Files.setPosixFilePermissions(state.path(), PosixFilePermissions.fromString("rwxrwxrwx"));

    assertThatThrownBy(state::inUse)
        .isInstanceOf(DirectoryRefusedException.class)
        .hasMessageContaining("other users can write it");
  }

  @Test
  void directoryOfAnotherUserIsRefused() throws IOException {
    Path foreign = Files.createDirectory(folder.resolve("foreign"));
    try {
      Files.setAttribute(foreign, "unix:uid", 4711);
    } catch (IOException e) {
      Assumptions.abort("only root can give a directory to another user");
    }
    state.publish(foreign);

    assertThatThrownBy(state::inUse)
        .isInstanceOf(DirectoryRefusedException.class)
        .hasMessageContaining("belongs to another user");
  }

  @Test
  void unwritableStateHomeDoesNotStopDaemon() throws IOException {
    Files.createFile(folder.resolve("state"));

    state.publish(folder.resolve("run"));

    assertThat(state.inUse()).isEqualTo(state.path());
  }

  // Two daemons.

  @Test
  void runningDaemonInFormerDirectoryIsReported() throws IOException {
    Path former = folder.resolve("former");
    try (ServerSocketChannel server = listen(former)) {
      assertThat(server.isOpen()).isTrue();
      state.publish(former);

      state.checkNoDaemonOutside(former);
      assertThatThrownBy(() -> state.checkNoDaemonOutside(folder.resolve("new")))
          .isInstanceOf(DirectoryLockedException.class)
          .hasMessageContaining("former directory " + former);
    }
  }

  @Test
  void socketOfKilledDaemonInFormerDirectoryIsIgnored() throws IOException {
    Path former = folder.resolve("former");
    listen(former).close();
    state.publish(former);

    assertThat(former.resolve("http.sock")).exists();
    state.checkNoDaemonOutside(folder.resolve("new"));
  }
}
