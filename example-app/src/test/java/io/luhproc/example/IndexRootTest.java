package io.luhproc.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class IndexRootTest {
  private static final Path USER_HOME = Path.of("/home/ada");

  @TempDir private Path directory;

  @Test
  void xdgCacheHomeIsUsedOnlyWhenAbsolute() {
    assertThat(IndexRoot.fromEnvironment(Map.of("XDG_CACHE_HOME", "/var/c"), USER_HOME).root())
        .isEqualTo(Path.of("/var/c/docsearch"));
    assertThat(IndexRoot.fromEnvironment(Map.of("XDG_CACHE_HOME", "c"), USER_HOME).root())
        .isEqualTo(Path.of("/home/ada/.cache/docsearch"));
    assertThat(IndexRoot.fromEnvironment(Map.of(), USER_HOME).root())
        .isEqualTo(Path.of("/home/ada/.cache/docsearch"));
  }

  @Test
  void indexDirectoryIsAccessibleOnlyToItsUser() throws IOException {
    IndexLocation location = createIndex("/srv/docs");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(location.directory())))
        .isEqualTo("rwx------");
  }

  @Test
  void differentFoldersHaveDifferentDirectories() {
    IndexRoot root = new IndexRoot(directory);
    assertThat(root.locationOf(Path.of("/a/b")).directory())
        .isEqualTo(root.locationOf(Path.of("/a/b")).directory())
        .isNotEqualTo(root.locationOf(Path.of("/a/B")).directory());
  }

  @Test
  void nearestIndexedAncestorCoversPath() throws IOException {
    IndexLocation outer = createIndex("/srv");
    IndexLocation inner = createIndex("/srv/docs");
    IndexRoot root = new IndexRoot(directory);
    assertThat(root.findCovering(Path.of("/srv/docs/x"))).contains(inner);
    assertThat(root.findCovering(Path.of("/srv/docs"))).contains(inner);
    assertThat(root.findCovering(Path.of("/srv/docs2"))).contains(outer);
    assertThat(root.findCovering(Path.of("/opt"))).isEmpty();
    assertThat(root.locations()).containsExactly(outer, inner);
  }

  @Test
  void unknownFilesInTheRootAreIgnored() throws IOException {
    Files.createDirectory(directory.resolve("0123456789abcdef"));
    Files.writeString(directory.resolve("file"), "");
    assertThat(new IndexRoot(directory).locations()).isEmpty();
    assertThat(new IndexRoot(directory.resolve("none")).locations()).isEmpty();
  }

  private IndexLocation createIndex(String folder) throws IOException {
    IndexRoot root = new IndexRoot(directory);
    IndexLocation location = root.locationOf(Path.of(folder));
    root.createDirectory(location);
    location.statusFile().write(status(location.folder()));
    return location;
  }

  private static IndexStatus status(Path folder) {
    return new IndexStatus(
        folder,
        1,
        Phase.STOPPED,
        Instant.EPOCH,
        Instant.EPOCH,
        Duration.ZERO,
        0,
        0,
        0,
        Map.of(),
        Optional.empty());
  }
}
