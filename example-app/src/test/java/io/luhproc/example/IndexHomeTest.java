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

final class IndexHomeTest {
  private static final Path USER = Path.of("/home/ada");

  @TempDir private Path directory;

  @Test
  void cacheHomeIsTakenWhereItIsAbsolute() {
    assertThat(IndexHome.of(Map.of("XDG_CACHE_HOME", "/var/c"), USER).root())
        .isEqualTo(Path.of("/var/c/docsearch"));
    assertThat(IndexHome.of(Map.of("XDG_CACHE_HOME", "c"), USER).root())
        .isEqualTo(Path.of("/home/ada/.cache/docsearch"));
    assertThat(IndexHome.of(Map.of(), USER).root())
        .isEqualTo(Path.of("/home/ada/.cache/docsearch"));
  }

  @Test
  void directoryOfAnIndexIsForItsUserOnly() throws IOException {
    IndexPlace place = made("/srv/docs");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(place.directory())))
        .isEqualTo("rwx------");
  }

  @Test
  void differentFoldersHaveDifferentDirectories() {
    IndexHome home = new IndexHome(directory);
    assertThat(home.placeOf(Path.of("/a/b")).directory())
        .isEqualTo(home.placeOf(Path.of("/a/b")).directory())
        .isNotEqualTo(home.placeOf(Path.of("/a/B")).directory());
  }

  @Test
  void nearestIndexedFolderCoversAPath() throws IOException {
    IndexPlace outer = made("/srv");
    IndexPlace inner = made("/srv/docs");
    IndexHome home = new IndexHome(directory);
    assertThat(home.covering(Path.of("/srv/docs/x"))).contains(inner);
    assertThat(home.covering(Path.of("/srv/docs"))).contains(inner);
    assertThat(home.covering(Path.of("/srv/docs2"))).contains(outer);
    assertThat(home.covering(Path.of("/opt"))).isEmpty();
    assertThat(home.places()).containsExactly(outer, inner);
  }

  @Test
  void strangersInTheHomeAreNoIndexes() throws IOException {
    Files.createDirectory(directory.resolve("0123456789abcdef"));
    Files.writeString(directory.resolve("file"), "");
    assertThat(new IndexHome(directory).places()).isEmpty();
    assertThat(new IndexHome(directory.resolve("none")).places()).isEmpty();
  }

  private IndexPlace made(String folder) throws IOException {
    IndexHome home = new IndexHome(directory);
    IndexPlace place = home.placeOf(Path.of(folder));
    home.create(place);
    place.statusFile().write(status(place.folder()));
    return place;
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
