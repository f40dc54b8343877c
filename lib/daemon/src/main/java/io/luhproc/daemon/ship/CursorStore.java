package io.luhproc.daemon.ship;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.luhproc.LuhprocException;
import io.luhproc.daemon.file.PrivateFile;
import io.luhproc.log.LogCursor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The positions up to which the streams were shipped: one file for each stream, {@code
 * shipping/<process directory>.<out|err>}, of mode 0600.
 *
 * <p>A file has one line, the text of {@link LogCursor#position()}, and is replaced by rename. It
 * is not synced: after a crash of the system an older position may be read, and lines are shipped
 * again. A file that is not valid counts as missing.
 */
final class CursorStore {
  private static final Logger LOG = LoggerFactory.getLogger(CursorStore.class);
  private static final int MAX_BYTES = 4096;

  private final Path folder;

  private CursorStore(Path folder) {
    this.folder = folder;
  }

  /**
   * Opens the store in the directory of a supervisor, and deletes the cursors of processes whose
   * directory was deleted.
   *
   * @throws LuhprocException if it cannot be created
   */
  static CursorStore open(Path directory) {
    Path folder = directory.resolve("shipping");
    try {
      Files.createDirectory(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (FileAlreadyExistsException expected) {
      // Of a former daemon.
    } catch (IOException e) {
      throw new LuhprocException(
          "cannot create the folder of cursors " + folder + ": " + e + "; " + PrivateFile.REMEDY,
          e);
    }
    CursorStore store = new CursorStore(folder);
    store.deleteOrphans(directory);
    return store;
  }

  private void deleteOrphans(Path directory) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        String name = String.valueOf(file.getFileName());
        int dot = name.lastIndexOf('.');
        if (dot < 0 || !Files.isDirectory(directory.resolve(name.substring(0, dot)))) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException e) {
      LOG.warn("cannot delete old cursors in {}: {}", folder, e.toString());
    }
  }

  private Path file(StreamKey stream) {
    return folder.resolve(stream.directory().getFileName() + "." + stream.stream().prefix());
  }

  /** Returns the saved position; empty if there is none. */
  Optional<String> load(StreamKey stream) {
    Path file = file(stream);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      ByteBuffer bytes = ByteBuffer.allocate(MAX_BYTES);
      while (bytes.hasRemaining() && channel.read(bytes) > 0) {
        // Until the end of the file.
      }
      String text = new String(bytes.array(), 0, bytes.position(), US_ASCII).strip();
      if (LogCursor.isPosition(text)) {
        return Optional.of(text);
      }
      LOG.warn("{} is damaged; shipping {} from its oldest line", file, stream);
    } catch (NoSuchFileException expected) {
      // Nothing was shipped.
    } catch (IOException e) {
      LOG.warn("cannot read {}: {}; shipping {} from its oldest line", file, e, stream);
    }
    return Optional.empty();
  }

  /**
   * Saves a position.
   *
   * @throws LuhprocException if it cannot be written; the old one is unchanged
   */
  void save(StreamKey stream, String position) {
    Path file = file(stream);
    try {
      PrivateFile.replace(file, (position + "\n").getBytes(US_ASCII));
    } catch (IOException e) {
      throw new LuhprocException(
          "cannot save the cursor "
              + file
              + ": "
              + e
              + "; its lines are shipped again if the daemon ends before that succeeds; "
              + PrivateFile.REMEDY,
          e);
    }
  }

  /** Deletes the position of a stream that does not exist any more. */
  void delete(StreamKey stream) {
    try {
      Files.deleteIfExists(file(stream));
    } catch (IOException e) {
      LOG.warn("cannot delete the cursor of {}: {}", stream, e.toString());
    }
  }
}
