package io.luhproc.example;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexFormatTooOldException;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.Lock;
import org.apache.lucene.store.LockObtainFailedException;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.BytesRef;

/**
 * The Lucene index of one folder, open for writing.
 *
 * <p>Only one process can write an index; any process can search its last commit. An index of
 * another format, or a corrupt one, is created again.
 *
 * <p>The calling thread must not be interrupted: an interrupt closes the file that is being
 * written, and Lucene then closes the index.
 */
final class FolderIndex implements Closeable {
  private static final String FORMAT = "docsearch.format";
  private static final String CURRENT_FORMAT = "1";

  /** Lucene's default is 16; a larger buffer writes and merges fewer segments. */
  private static final double BUFFER_MEGABYTES = 64;

  private static final FieldType TEXT_TYPE = textType();

  private final Directory files;
  private final IndexWriter writer;

  private FolderIndex(Directory files, IndexWriter writer) {
    this.files = files;
    this.writer = writer;
  }

  private static FieldType textType() {
    FieldType type = new FieldType(TextField.TYPE_NOT_STORED);
    type.setIndexOptions(IndexOptions.DOCS_AND_FREQS_AND_POSITIONS_AND_OFFSETS);
    type.freeze();
    return type;
  }

  /**
   * Opens the index, and creates it if it is missing or unusable.
   *
   * @throws DocSearchException if another process has it open for writing
   */
  static FolderIndex open(Path directory) throws IOException {
    Directory files = FSDirectory.open(directory);
    try {
      if (!isUsable(files)) {
        clear(files);
      }
      IndexWriterConfig config = new IndexWriterConfig().setRAMBufferSizeMB(BUFFER_MEGABYTES);
      return new FolderIndex(files, new IndexWriter(files, config));
    } catch (LockObtainFailedException e) {
      files.close();
      throw new DocSearchException(
          "cannot write the index in "
              + directory
              + ": another process writes it; stop that process first",
          e);
    } catch (IOException | RuntimeException e) {
      files.close();
      throw e;
    }
  }

  private static boolean isUsable(Directory files) throws IOException {
    if (!DirectoryReader.indexExists(files)) {
      return false;
    }
    try (DirectoryReader reader = DirectoryReader.open(files)) {
      return CURRENT_FORMAT.equals(reader.getIndexCommit().getUserData().get(FORMAT));
    } catch (CorruptIndexException
        | IndexFormatTooOldException
        | IndexFormatTooNewException
        | EOFException expected) {
      // Its content can be read again from the folder.
      return false;
    }
  }

  /** Deletes the files of an index. Lucene cannot replace an index that it cannot read. */
  private static void clear(Directory files) throws IOException {
    try (Lock lock = files.obtainLock(IndexWriter.WRITE_LOCK_NAME)) {
      for (String file : files.listAll()) {
        if (!file.equals(IndexWriter.WRITE_LOCK_NAME)) {
          lock.ensureValid();
          files.deleteFile(file);
        }
      }
    }
  }

  /** Returns the versions of all indexed files by path. */
  Map<String, FileVersion> fileVersions() throws IOException {
    Map<String, FileVersion> versions = new HashMap<>();
    try (DirectoryReader reader = DirectoryReader.open(writer)) {
      for (LeafReaderContext leaf : reader.leaves()) {
        addFileVersions(leaf.reader(), versions);
      }
    }
    return versions;
  }

  private static void addFileVersions(LeafReader leaf, Map<String, FileVersion> versions)
      throws IOException {
    BinaryDocValues paths = DocValues.getBinary(leaf, IndexFields.PATH);
    NumericDocValues modified = DocValues.getNumeric(leaf, IndexFields.MODIFIED);
    NumericDocValues sizes = DocValues.getNumeric(leaf, IndexFields.SIZE);
    Bits live = leaf.getLiveDocs();
    while (paths.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) {
      int doc = paths.docID();
      if ((live == null || live.get(doc))
          && modified.advanceExact(doc)
          && sizes.advanceExact(doc)) {
        versions.put(
            paths.binaryValue().utf8ToString(),
            new FileVersion(modified.longValue(), sizes.longValue()));
      }
    }
  }

  /** Adds or replaces a file. If its text is empty, only its name can be searched. */
  void put(String path, FileVersion version, String text) throws IOException {
    Document document = new Document();
    document.add(new StringField(IndexFields.PATH, path, Field.Store.NO));
    document.add(new BinaryDocValuesField(IndexFields.PATH, new BytesRef(path)));
    document.add(new NumericDocValuesField(IndexFields.MODIFIED, version.modified()));
    document.add(new NumericDocValuesField(IndexFields.SIZE, version.size()));
    document.add(new Field(IndexFields.NAME, new WordTokenStream(path), TextField.TYPE_NOT_STORED));
    document.add(new Field(IndexFields.TEXT, new WordTokenStream(text), TEXT_TYPE));
    document.add(new StoredField(IndexFields.TEXT, text));
    writer.updateDocument(new Term(IndexFields.PATH, path), document);
  }

  /** Removes a file, or all files under a directory. */
  void remove(String path) throws IOException {
    writer.deleteDocuments(new Term(IndexFields.PATH, path));
    writer.deleteDocuments(new PrefixQuery(new Term(IndexFields.PATH, path + "/")));
  }

  /** Makes all changes searchable and durable; does nothing if there are none. */
  void commit() throws IOException {
    if (writer.hasUncommittedChanges()) {
      writer.setLiveCommitData(Map.of(FORMAT, CURRENT_FORMAT).entrySet());
      writer.commit();
    }
  }

  /** Returns the number of indexed files. */
  int fileCount() {
    return writer.getDocStats().numDocs;
  }

  /** Commits and closes. */
  @Override
  public void close() throws IOException {
    try (files;
        writer) {
      commit();
    }
  }
}
