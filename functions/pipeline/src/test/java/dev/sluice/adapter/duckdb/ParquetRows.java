package dev.sluice.adapter.duckdb;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DateLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.JsonLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.UUIDLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.jspecify.annotations.Nullable;

/// Reads Parquet with Apache's own reader, so that the writer does not mark its own homework.
///
/// @param rows one list of values per row: `Integer`, `Long`, `BigDecimal`, `Float`, `Double`, `Boolean`,
///             `LocalDate`, `LocalTime`, `LocalDateTime`, `Instant`, `UUID`, texts as `String`, bytes as
///             `\x` and hexadecimal digits, null
record ParquetRows(MessageType schema, List<List<@Nullable Object>> rows) {
    static ParquetRows of(List<Path> files) throws IOException {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        @Nullable MessageType schema = null;
        for (Path file : files) {
            ParquetReadOptions options = new ParquetReadOptions.Builder(new PlainParquetConfiguration())
                    .withCodecFactory(new ZstdOnly())
                    .usePageChecksumVerification()
                    .build();
            try (ParquetFileReader reader = new ParquetFileReader(new LocalInputFile(file), options)) {
                schema = reader.getFileMetaData().getSchema();
                for (PageReadStore group = reader.readNextRowGroup();
                        group != null;
                        group = reader.readNextRowGroup()) {
                    RecordReader<Group> records = new ColumnIOFactory()
                            .getColumnIO(schema)
                            .getRecordReader(group, new GroupRecordConverter(schema));
                    for (long i = 0; i < group.getRowCount(); i++) {
                        rows.add(row(records.read(), schema));
                    }
                }
            }
        }
        if (schema == null) {
            throw new IllegalArgumentException("no file");
        }
        return new ParquetRows(schema, rows);
    }

    @Nullable
    Object only() {
        if (rows.size() != 1 || rows.getFirst().size() != 1) {
            throw new IllegalStateException("expected one value: " + rows.size() + " rows");
        }
        return rows.getFirst().getFirst();
    }

    List<@Nullable Object> column(int index) {
        List<@Nullable Object> values = new ArrayList<>();
        rows.forEach(row -> values.add(row.get(index)));
        return values;
    }

    private static List<@Nullable Object> row(Group group, MessageType schema) {
        List<@Nullable Object> row = new ArrayList<>();
        for (int i = 0; i < schema.getFieldCount(); i++) {
            row.add(
                    group.getFieldRepetitionCount(i) == 0
                            ? null
                            : value(group, i, schema.getType(i).asPrimitiveType()));
        }
        return row;
    }

    private static Object value(Group group, int i, PrimitiveType type) {
        LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
        if (logical instanceof DecimalLogicalTypeAnnotation decimal) {
            BigInteger unscaled = switch (type.getPrimitiveTypeName()) {
                case INT32 -> BigInteger.valueOf(group.getInteger(i, 0));
                case INT64 -> BigInteger.valueOf(group.getLong(i, 0));
                default -> new BigInteger(group.getBinary(i, 0).getBytes());
            };
            return new BigDecimal(unscaled, decimal.getScale());
        }
        return switch (type.getPrimitiveTypeName()) {
            case INT32 ->
                logical instanceof DateLogicalTypeAnnotation
                        ? LocalDate.ofEpochDay(group.getInteger(i, 0))
                        : (Object) group.getInteger(i, 0);
            case INT64 -> whole(group.getLong(i, 0), logical);
            case FLOAT -> group.getFloat(i, 0);
            case DOUBLE -> group.getDouble(i, 0);
            case BOOLEAN -> group.getBoolean(i, 0);
            case BINARY, FIXED_LEN_BYTE_ARRAY -> bytes(group.getBinary(i, 0).getBytes(), logical);
            case INT96 -> throw new IllegalStateException("INT96");
        };
    }

    private static Object whole(long value, @Nullable LogicalTypeAnnotation logical) {
        if (logical instanceof TimeLogicalTypeAnnotation time) {
            check(!time.isAdjustedToUTC() && time.getUnit() == LogicalTypeAnnotation.TimeUnit.MICROS, logical);
            return LocalTime.MIDNIGHT.plus(value, ChronoUnit.MICROS);
        }
        if (logical instanceof TimestampLogicalTypeAnnotation timestamp) {
            check(timestamp.getUnit() == LogicalTypeAnnotation.TimeUnit.MICROS, logical);
            Instant instant = Instant.EPOCH.plus(value, ChronoUnit.MICROS);
            return timestamp.isAdjustedToUTC() ? instant : LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
        }
        return value;
    }

    private static Object bytes(byte[] value, @Nullable LogicalTypeAnnotation logical) {
        if (logical instanceof UUIDLogicalTypeAnnotation) {
            ByteBuffer buffer = ByteBuffer.wrap(value);
            return new UUID(buffer.getLong(), buffer.getLong());
        }
        if (logical instanceof StringLogicalTypeAnnotation || logical instanceof JsonLogicalTypeAnnotation) {
            try {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(value))
                        .toString();
            } catch (CharacterCodingException e) {
                throw new IllegalStateException("not UTF-8", e);
            }
        }
        check(logical == null, logical);
        return "\\x" + HexFormat.of().formatHex(value);
    }

    private static void check(boolean expected, @Nullable LogicalTypeAnnotation logical) {
        if (!expected) {
            throw new IllegalStateException("unexpected logical type " + logical);
        }
    }

    /// Apache's codecs need Hadoop; what we write is all zstd.
    private static final class ZstdOnly implements CompressionCodecFactory {
        @Override
        public BytesInputCompressor getCompressor(CompressionCodecName codec) {
            throw new UnsupportedOperationException();
        }

        @Override
        public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
            if (codec != CompressionCodecName.ZSTD) {
                throw new IllegalStateException("expected zstd, found " + codec);
            }
            return new BytesInputDecompressor() {
                @Override
                public BytesInput decompress(BytesInput compressed, int size) throws IOException {
                    try (InputStream in = new ZstdInputStream(compressed.toInputStream())) {
                        byte[] bytes = in.readNBytes(size);
                        return BytesInput.from(bytes);
                    }
                }

                @Override
                public void decompress(ByteBuffer in, int inSize, ByteBuffer out, int outSize) {
                    Zstd.decompress(out, in);
                }

                @Override
                public void release() {}
            };
        }

        @Override
        public void release() {}
    }
}
