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
 * Where a search looks.
 *
 * @param locations the indexes it looks in
 * @param directory the directory in the folder of the only one of them, where it is not all of it
 */
record SearchScope(List<IndexLocation> locations, Optional<Path> directory) {

  /** Copies the list. */
  SearchScope {
    locations = List.copyOf(locations);
  }

  /**
   * Returns where to look: in the folder named, else in the indexed folder that the working
   * directory is in, else in all.
   *
   * @throws DocSearchException when nothing is indexed there
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
      String subject =
          requested == null ? "nothing is" : FolderPaths.replaceControls(requested + " is not");
      String folder = requested == null ? "FOLDER" : path.toString();
      throw new DocSearchException(
          subject + " indexed yet; do it with: " + ProgramName.withArguments("index", folder));
    }
    return new SearchScope(locations, Optional.empty());
  }

  /**
   * Searches in all of them; one that cannot be searched does not keep the others from it.
   *
   * @throws DocSearchException when none of them can be searched
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
