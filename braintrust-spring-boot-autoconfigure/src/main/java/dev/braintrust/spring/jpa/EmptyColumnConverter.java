package dev.braintrust.spring.jpa;

import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import org.jspecify.annotations.Nullable;

/**
 * Reads a {@code null} column as an empty string, and writes an empty string as a
 * {@code null} column.
 */
@Converter
class EmptyColumnConverter implements AttributeConverter<String, String> {

	static final String EMPTY = "";

	@Override
	public @Nullable String convertToDatabaseColumn(@Nullable String attribute) {
		return (attribute != null && !attribute.isEmpty()) ? attribute : null;
	}

	@Override
	public String convertToEntityAttribute(@Nullable String column) {
		return (column != null) ? column : EMPTY;
	}

}
