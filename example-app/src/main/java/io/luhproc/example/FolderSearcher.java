package io.luhproc.example;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.IndexNotFoundException;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Matches;
import org.apache.lucene.search.MatchesIterator;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Weight;
import org.apache.lucene.store.FSDirectory;
import org.jspecify.annotations.Nullable;

/** Searches the last commit of the index of one folder, also while an indexer writes it. */
final class FolderSearcher implements Closeable {
  /** Maximum number of matches per file that are used to choose the snippet. */
  private static final int MAX_MATCHES = 10_000;

  private final Path folder;
  private final FSDirectory files;
  private final DirectoryReader reader;

  private FolderSearcher(Path folder, FSDirectory files, DirectoryReader reader) {
    this.folder = folder;
    this.files = files;
    this.reader = reader;
  }

  /**
   * Opens the index.
   *
   * @throws DocSearchException if nothing is committed yet
   */
  static FolderSearcher open(IndexLocation location) throws IOException {
    FSDirectory files = FSDirectory.open(location.indexDirectory());
    try {
      return new FolderSearcher(location.folder(), files, DirectoryReader.open(files));
    } catch (IndexNotFoundException e) {
      files.close();
      throw new DocSearchException(
          "cannot search "
              + location.folder()
              + ": it is not indexed yet; see: "
              + ProgramName.withArguments("status"),
          e);
    } catch (IOException | RuntimeException e) {
      files.close();
      throw e;
    }
  }

  /** Returns the best files in a directory or in the whole folder, best first. */
  List<Hit> find(Query query, Optional<Path> directory, int limit) throws IOException {
    IndexSearcher searcher = new IndexSearcher(reader);
    Query rewritten =
        searcher.rewrite(directory.isEmpty() ? query : restrictTo(query, directory.get()));
    Weight weight = searcher.createWeight(rewritten, ScoreMode.COMPLETE, 1);
    List<Hit> hits = new ArrayList<>();
    for (ScoreDoc found : searcher.search(rewritten, limit).scoreDocs) {
      int leaf = ReaderUtil.subIndex(found.doc, reader.leaves());
      hits.add(toHit(found, reader.leaves().get(leaf), weight));
    }
    return hits;
  }

  private Query restrictTo(Query query, Path directory) {
    Term prefix = new Term(IndexFields.PATH, folder.relativize(directory) + "/");
    return new BooleanQuery.Builder()
        .add(query, Occur.MUST)
        .add(new PrefixQuery(prefix), Occur.FILTER)
        .build();
  }

  private Hit toHit(ScoreDoc scoreDoc, LeafReaderContext leaf, Weight weight) throws IOException {
    int doc = scoreDoc.doc - leaf.docBase;
    BinaryDocValues paths = DocValues.getBinary(leaf.reader(), IndexFields.PATH);
    paths.advanceExact(doc);
    String file = folder + "/" + paths.binaryValue().utf8ToString();
    Document stored = reader.storedFields().document(scoreDoc.doc, Set.of(IndexFields.TEXT));
    List<TextRange> highlights = matchRanges(weight.matches(leaf, doc));
    return new Hit(file, scoreDoc.score, Snippet.best(stored.get(IndexFields.TEXT), highlights));
  }

  private static List<TextRange> matchRanges(@Nullable Matches matches) throws IOException {
    List<TextRange> ranges = new ArrayList<>();
    MatchesIterator match = matches == null ? null : matches.getMatches(IndexFields.TEXT);
    while (match != null && match.next() && ranges.size() < MAX_MATCHES) {
      MatchesIterator words = match.getSubMatches();
      if (words == null) {
        ranges.add(new TextRange(match.startOffset(), match.endOffset()));
      }
      while (words != null && words.next()) {
        ranges.add(new TextRange(words.startOffset(), words.endOffset()));
      }
    }
    return ranges;
  }

  @Override
  public void close() throws IOException {
    try (files;
        reader) {
      // Closes both, the reader first.
    }
  }
}
