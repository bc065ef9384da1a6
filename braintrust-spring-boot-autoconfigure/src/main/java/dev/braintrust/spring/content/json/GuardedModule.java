package dev.braintrust.spring.content.json;

import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import dev.braintrust.spring.Attachment;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.TokenStreamContext;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.PropertyName;
import tools.jackson.databind.SerializationConfig;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.BeanPropertyWriter;
import tools.jackson.databind.ser.ValueSerializerModifier;
import tools.jackson.databind.ser.bean.BeanSerializerBase;
import tools.jackson.databind.ser.impl.UnknownSerializer;
import tools.jackson.databind.ser.jackson.JsonValueSerializer;
import tools.jackson.databind.ser.jdk.IterableSerializer;
import tools.jackson.databind.ser.jdk.ObjectArraySerializer;
import tools.jackson.databind.type.ArrayType;
import tools.jackson.databind.type.CollectionType;
import tools.jackson.databind.type.MapType;

/**
 * Lets Jackson write any application object. Parts that fail, would trigger loading,
 * would be consumed or never end are replaced by a mark. Payloads that write themselves,
 * such as the messages of models, are not guarded.
 */
public final class GuardedModule extends SimpleModule {

	private static final long serialVersionUID = 1L;

	private final transient Function<Class<?>, @Nullable ValueSerializer<?>> libraries;

	public GuardedModule(Function<Class<?>, @Nullable ValueSerializer<?>> libraries,
			ValueSerializer<Attachment> attachments) {
		super("braintrust-guards");
		this.libraries = libraries;
		setSerializerModifier(new Guards());
		setDefaultNullKeySerializer(new NullKey());
		addSerializer(Attachment.class, new CapturedAttachments.Serializer(attachments));
	}

	@Override
	public void setupModule(JacksonModule.SetupContext context) {
		super.setupModule(context);
		context.addSerializers(new OpaqueTypes(this.libraries));
	}

	/**
	 * Adds guards to values that hold other values.
	 */
	private static final class Guards extends ValueSerializerModifier {

		private static final long serialVersionUID = 1L;

		@Override
		public List<BeanPropertyWriter> changeProperties(SerializationConfig config,
				BeanDescription.Supplier description, List<BeanPropertyWriter> properties) {
			List<BeanPropertyWriter> guarded = new ArrayList<>(properties.size());
			Class<?> type = description.getBeanClass();
			boolean lazy = LazyState.mayLoad(type);
			for (BeanPropertyWriter property : properties) {
				if (!lazy || LazyState.isField(type, property)) {
					// Other property writers come from annotations and do more.
					guarded.add((property.getClass() == BeanPropertyWriter.class) ? new GuardedProperty(property)
							: property);
				}
			}
			return guarded;
		}

		@Override
		public ValueSerializer<?> modifySerializer(SerializationConfig config, BeanDescription.Supplier description,
				ValueSerializer<?> serializer) {
			if (serializer instanceof IterableSerializer || isOpaque(description, serializer)) {
				return OpaqueTypes.NOTE;
			}
			Class<?> type = description.getBeanClass();
			// JDK values that hold no other values do not fail.
			boolean guarded = !JsonPayload.class.isAssignableFrom(type) && (serializer instanceof BeanSerializerBase
					|| serializer instanceof JsonValueSerializer || !type.getName().startsWith("java."));
			return guarded ? GuardedSerializer.around(serializer) : serializer;
		}

		// Whether Jackson would write an object with state, or a function, as an empty
		// object. If an annotation hides the state, that is intended.
		private static boolean isOpaque(BeanDescription.Supplier description, ValueSerializer<?> serializer) {
			boolean empty = serializer instanceof UnknownSerializer
					|| (serializer instanceof BeanSerializerBase bean && !bean.properties().hasNext());
			Class<?> type = description.getBeanClass();
			return empty && (type.isHidden() || type.isSynthetic() || hasState(type))
					&& !TypeNames.hasAnnotations(type, TypeNames.JACKSON);
		}

		private static boolean hasState(Class<?> type) {
			for (Class<?> each = type; each != null; each = each.getSuperclass()) {
				for (Field field : each.getDeclaredFields()) {
					if (!Modifier.isStatic(field.getModifiers())) {
						return true;
					}
				}
			}
			return false;
		}

		@Override
		public ValueSerializer<?> modifyArraySerializer(SerializationConfig config, ArrayType type,
				BeanDescription.Supplier description, ValueSerializer<?> serializer) {
			return (serializer instanceof ObjectArraySerializer) ? GuardedSerializer.around(serializer) : serializer;
		}

		@Override
		public ValueSerializer<?> modifyCollectionSerializer(SerializationConfig config, CollectionType type,
				BeanDescription.Supplier description, ValueSerializer<?> serializer) {
			return GuardedSerializer.around(serializer);
		}

		@Override
		public ValueSerializer<?> modifyMapSerializer(SerializationConfig config, MapType type,
				BeanDescription.Supplier description, ValueSerializer<?> serializer) {
			return GuardedSerializer.around(serializer);
		}

	}

	/**
	 * Writes a null key of a map.
	 */
	private static final class NullKey extends ValueSerializer<Object> {

		@Override
		public void serialize(Object value, JsonGenerator json, SerializationContext context) {
			json.writeName("null");
		}

	}

	/**
	 * Writes a property of a bean, or a mark if the property cannot be read or written.
	 */
	private static final class GuardedProperty extends BeanPropertyWriter {

		private static final long serialVersionUID = 1L;

		private final String attribute;

		GuardedProperty(BeanPropertyWriter property) {
			super(property);
			this.attribute = LazyState.attribute(property.getMember().getName());
		}

		private GuardedProperty(GuardedProperty property, PropertyName name) {
			super(property, name);
			this.attribute = property.attribute;
		}

		@Override
		protected BeanPropertyWriter _new(PropertyName name) {
			return new GuardedProperty(this, name);
		}

		@Override
		public void serializeAsProperty(Object bean, JsonGenerator json, SerializationContext context)
				throws Exception {
			if (!LazyState.isLoaded(bean, this.attribute)) {
				json.writeName(getSerializedName());
				json.writeString(GuardedSerializer.NOT_LOADED);
				return;
			}
			TokenStreamContext object = json.streamWriteContext();
			try {
				super.serializeAsProperty(bean, json, context);
			}
			catch (SpanJson.LimitExceededException ex) {
				throw ex;
			}
			catch (Throwable ex) {
				Throwable failure = unwrap(ex);
				String mark = GuardedSerializer.failed(json, object, failure);
				mark(json, object, mark);
				if (context.getAttribute(SpanJson.Reports.class) instanceof SpanJson.Reports reports) {
					reports.unreadable(bean.getClass().getName(), getName(), failure);
				}
			}
		}

		private static Throwable unwrap(Throwable failure) {
			Throwable cause = failure.getCause();
			return (failure instanceof InvocationTargetException && cause != null) ? cause : failure;
		}

		private void mark(JsonGenerator json, TokenStreamContext object, String mark) {
			if (!GuardedSerializer.writeIfExpected(json, mark) && !getName().equals(object.currentName())) {
				json.writeName(getSerializedName());
				json.writeString(mark);
			}
		}

	}

}
