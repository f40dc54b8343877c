package io.luhproc.relaunch;

import io.luhproc.procfs.JvmCharsets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the files that {@code -XX:VMOptionsFile} and {@code -XX:Flags} name (arguments.cpp of the
 * JDK). The first contains JVM options. The second contains {@code -XX} options without that
 * prefix, and comments that begin with {@code #}.
 */
final class OptionFile {
  private static final String OPTIONS_FILE = "-XX:VMOptionsFile=";
  private static final String FLAGS_FILE = "-XX:Flags=";

  private OptionFile() {}

  /** Returns the options in the file that an option names; null if it names no readable file. */
  static @Nullable List<String> read(String option, PathResolver pathResolver) {
    if (option.startsWith(OPTIONS_FILE)) {
      return tokenize(option.substring(OPTIONS_FILE.length()), false, pathResolver);
    }
    return option.startsWith(FLAGS_FILE)
        ? tokenize(option.substring(FLAGS_FILE.length()), true, pathResolver)
        : null;
  }

  private static @Nullable List<String> tokenize(
      String file, boolean isFlags, PathResolver pathResolver) {
    String text;
    try {
      byte[] content = Files.readAllBytes(Path.of(pathResolver.resolve(file)));
      text = new String(content, JvmCharsets.ofArguments());
    } catch (IOException expected) {
      // Deleted since the start: the worker's JVM reports it.
      return null;
    }
    if (!isFlags) {
      return OptionTokenizer.tokenize(text);
    }
    List<String> flags = OptionTokenizer.tokenize(text.replaceAll("(?m)(?<!\\S)#.*$", ""));
    List<String> options = flags == null ? null : new ArrayList<>(flags);
    if (options != null) {
      options.replaceAll("-XX:"::concat);
    }
    return options;
  }
}
