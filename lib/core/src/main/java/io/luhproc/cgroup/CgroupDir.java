package io.luhproc.cgroup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The directory of a cgroup in one hierarchy, with its interface files.
 *
 * @param version the version of the interface files
 * @param path the directory
 * @param controllers the enabled controllers, such as {@code memory}, {@code cpu} and {@code pids}
 */
record CgroupDir(CgroupVersion version, Path path, Set<String> controllers) {
  static final String PROCS_FILE = "cgroup.procs";

  /** Returns the directory of a nested cgroup with the same controllers. */
  CgroupDir child(String name) {
    return new CgroupDir(version, path.resolve(name), controllers);
  }

  boolean hasFile(String file) {
    return Files.exists(path.resolve(file));
  }

  String read(String file) throws IOException {
    return new String(Files.readAllBytes(path.resolve(file)), StandardCharsets.UTF_8).strip();
  }

  /** Returns the lines of a file; empty if the cgroup or the file does not exist. */
  List<String> lines(String file) throws IOException {
    try {
      return read(file).lines().toList();
    } catch (IOException e) {
      if (isGone(e)) {
        return List.of();
      }
      throw e;
    }
  }

  /** Writes to an existing file with one write(2), as the kernel requires. */
  void write(String file, String value) throws IOException {
    Path target = path.resolve(file);
    try {
      Files.write(
          target,
          value.getBytes(StandardCharsets.UTF_8),
          StandardOpenOption.WRITE,
          StandardOpenOption.TRUNCATE_EXISTING);
    } catch (NoSuchFileException e) {
      throw e;
    } catch (IOException e) {
      throw new IOException("cannot write " + value + " to " + target + ": " + reason(e), e);
    }
  }

  private static String reason(IOException e) {
    return e instanceof FileSystemException file && file.getReason() != null
        ? file.getReason()
        : e instanceof AccessDeniedException ? "permission denied" : String.valueOf(e.getMessage());
  }

  /** Returns the number in a file; empty for {@code max} and for a missing file. */
  OptionalLong number(String file) throws IOException {
    List<String> lines = lines(file);
    return lines.isEmpty() ? OptionalLong.empty() : number(lines.get(0), 0);
  }

  /** Returns the fields of a file with lines of the form {@code name number}. */
  Map<String, Long> fields(String file) throws IOException {
    Map<String, Long> fields = new HashMap<>();
    for (String line : lines(file)) {
      int space = line.indexOf(' ');
      number(line, space + 1).ifPresent(value -> fields.put(line.substring(0, space), value));
    }
    return fields;
  }

  /** Parses the number from an index to the end of a text; empty if it is not a number. */
  static OptionalLong number(String text, int from) {
    try {
      return from < 0
          ? OptionalLong.empty()
          : OptionalLong.of(Long.parseLong(text, from, text.length(), 10));
    } catch (NumberFormatException expected) {
      // A word such as "max".
      return OptionalLong.empty();
    }
  }

  /** Returns the pids in this cgroup, without those in nested ones. */
  List<Long> directPids() throws IOException {
    // Processes of another pid namespace are listed as 0.
    return lines(PROCS_FILE).stream().map(Long::valueOf).filter(pid -> pid > 0).toList();
  }

  /** Returns the nested cgroups; empty if this one does not exist. */
  List<CgroupDir> children() throws IOException {
    if (hasNoChildren()) {
      return List.of();
    }
    List<CgroupDir> children = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(path, Files::isDirectory)) {
      for (Path entry : entries) {
        children.add(new CgroupDir(version, entry, controllers));
      }
    } catch (NoSuchFileException | NotDirectoryException expected) {
      // The cgroup was removed meanwhile.
      return List.of();
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return children;
  }

  /** A link count of 2 means no subdirectories; this saves a stat(2) of about 60 files. */
  private boolean hasNoChildren() throws IOException {
    try {
      return (int) Files.getAttribute(path, "unix:nlink") == 2;
    } catch (NoSuchFileException expected) {
      // The cgroup was removed meanwhile.
      return true;
    }
  }

  /** Returns whether a failure means that the cgroup does not exist: ENOENT, or ENODEV if open. */
  static boolean isGone(IOException e) {
    return e instanceof NoSuchFileException
        || String.valueOf(e.getMessage()).contains("No such device");
  }
}
