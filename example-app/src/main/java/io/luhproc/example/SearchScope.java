package io.luhproc.example;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.lucene.search.Query;
import org.jspecify.annotations.Nullable;

/**
 * The indexes, or the one directory, that a search covers.
 *
 * @param locations the indexes to search
 * @param directory a directory within the folder of the only index; empty to search all files
 */
record SearchScope(List<IndexLocation> locations, Optional<Path> directory) {

  /** Copies the list. */
  SearchScope {
    locations = List.copyOf(locations);
  }

  /**
   * Returns the scope for a requested folder. If it is null, the scope is the indexed folder around
   * the working directory, or all indexes.
   *
   * @throws DocSearchException if nothing is indexed there
   */
  static SearchScope resolve(IndexRoot root, @Nullable Path requested) throws IOException {
    Path path = FolderPaths.resolveReal(requested == null ? Path.of("") : requested);
    Optional<IndexLocation> covering = root.findCovering(path);
    if (covering.isPresent()) {
      boolean wholeFolder = requested == null || path.equals(covering.get().folder());
      return new SearchScope(
          List.of(covering.get()), wholeFolder ? Optional.empty() : Optional.of(path));
    }
    List<IndexLocation> locations = requested == null ? root.locations() : List.of();
    if (locations.isEmpty()) {
      throw DocSearchException.notIndexed(requested == null ? null : path);
    }
    return new SearchScope(locations, Optional.empty());
  }

  /**
   * Searches all indexes. If one of several fails, its message is passed to {@code problems}.
   *
   * @throws DocSearchException if the only index cannot be searched
   */
  List<Hit> find(Query query, int limit, Consumer<String> problems) throws IOException {
    List<Hit> hits = new ArrayList<>();
    for (IndexLocation location : locations) {
      try (FolderSearcher searcher = FolderSearcher.open(location)) {
        hits.addAll(searcher.find(query, directory, limit));
      } catch (DocSearchException | IOException e) {
        if (locations.size() == 1) {
          throw e;
        }
        problems.accept(FolderPaths.replaceControls(String.valueOf(e.getMessage())));
      }
    }
    hits.sort(Comparator.comparingDouble(Hit::score).reversed());
    return hits.subList(0, Math.min(limit, hits.size()));
  }

  @Override
  public String toString() {
    return directory
        .map(Path::toString)
        .orElseGet(
            () ->
                locations.stream()
                    .map(location -> location.folder().toString())
                    .collect(Collectors.joining(", ")));
  }
}
