using System.Reflection;
using System.Text;

namespace Orleans.Mmu.Tests.House;

/// <summary>
/// What the laboratory's own code says of the bytes between silos and in storage: serialized types with the ids and
/// types of their members, the core types that surrogates stand for, the numbers of enums, and the names of grains.
/// </summary>
internal static class WireContract
{
    private const BindingFlags Own =
        BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly Assembly[] Assemblies =
        [Rooms.Assembly("Interfaces"), Rooms.Assembly("Distribution"), Rooms.Assembly("Grains")];

    private static IEnumerable<Type> Types => Assemblies.SelectMany(a => a.GetTypes())
        .Where(t => t.Namespace?.StartsWith("Orleans.Mmu.", StringComparison.Ordinal) == true);

    /// <summary>The types that Orleans serializes by members, ordered by name.</summary>
    public static IReadOnlyList<Type> Messages { get; } =
        [.. Types.Where(t => t.GetCustomAttribute<GenerateSerializerAttribute>() is not null)
            .OrderBy(t => t.FullName, StringComparer.Ordinal)];

    /// <summary>The grain classes, ordered by name.</summary>
    public static IReadOnlyList<Type> Grains { get; } =
        [.. Types.Where(t => t.IsSubclassOf(typeof(Grain)) && !t.IsAbstract)
            .OrderBy(t => t.FullName, StringComparer.Ordinal)];

    /// <summary>The grain interfaces, ordered by name.</summary>
    public static IReadOnlyList<Type> Interfaces { get; } =
        [.. Types.Where(t => t.IsInterface && typeof(IAddressable).IsAssignableFrom(t))
            .OrderBy(t => t.FullName, StringComparer.Ordinal)];

    /// <summary>A message's members by id.</summary>
    public static IReadOnlyList<(uint Id, MemberInfo Member, Type Type)> Members(Type message) =>
        [.. message.GetMembers(Own).Select(m => (m.GetCustomAttribute<IdAttribute>()?.Id, Member: m))
            .Where(m => m.Id is not null)
            .Select(m => (m.Id!.Value, m.Member, m.Member is PropertyInfo p ? p.PropertyType
                : ((FieldInfo)m.Member).FieldType))
            .OrderBy(m => m.Item1)];

    public static string? AliasOf(Type type) => type.GetCustomAttribute<AliasAttribute>()?.Alias;

    public static string? TypeOf(Type grain) => ArgumentOf<GrainTypeAttribute>(grain);

    public static string? InterfaceTypeOf(Type grain) => ArgumentOf<GrainInterfaceTypeAttribute>(grain);

    /// <summary>The contract as text.</summary>
    public static string Render()
    {
        var text = new StringBuilder();
        foreach (var grain in Grains)
            text.Append("grain ").Append(TypeOf(grain)).Append(" = ").Append(Name(grain)).Append('\n');
        foreach (var contract in Interfaces)
            text.Append("interface ").Append(InterfaceTypeOf(contract)).Append(" = ").Append(Name(contract))
                .Append('\n');
        foreach (var (core, surrogate) in Converted.OrderBy(c => c.Core.FullName, StringComparer.Ordinal))
            text.Append("carried ").Append(Name(core)).Append(" as ").Append(AliasOf(surrogate)).Append('\n');
        foreach (var message in Messages.OrderBy(AliasOf, StringComparer.Ordinal))
        {
            text.Append('\n').Append(AliasOf(message)).Append(" = ").Append(Name(message)).Append('\n');
            foreach (var (id, member, type) in Members(message))
                text.Append("  ").Append(id).Append(' ').Append(member.Name).Append(": ").Append(Name(type))
                    .Append('\n');
        }

        foreach (var number in Enums.OrderBy(e => e.FullName, StringComparer.Ordinal))
        {
            text.Append("\nenum ").Append(Name(number)).Append(": ").Append(Name(Enum.GetUnderlyingType(number)))
                .Append('\n');
            foreach (object value in Enum.GetValues(number))
                text.Append("  ").Append(Enum.Format(number, value, "D")).Append(' ').Append(value).Append('\n');
        }

        return text.ToString();
    }

    private static IEnumerable<(Type Core, Type Surrogate)> Converted => Types
        .Where(t => t.GetCustomAttribute<RegisterConverterAttribute>() is not null)
        .SelectMany(t => t.GetInterfaces())
        .Where(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IConverter<,>))
        .Select(i => (i.GenericTypeArguments[0], i.GenericTypeArguments[1]));

    private static IEnumerable<Type> Enums => Messages.SelectMany(m => Members(m).Select(member => member.Type))
        .Concat(Interfaces.SelectMany(i => i.GetMethods())
            .SelectMany(m => m.GetParameters().Select(p => p.ParameterType).Append(m.ReturnType)))
        .SelectMany(Parts).Where(t => t.IsEnum).Distinct();

    private static IEnumerable<Type> Parts(Type type) =>
        type.IsArray ? Parts(type.GetElementType()!)
        : type.IsGenericType ? type.GenericTypeArguments.SelectMany(Parts) : [type];

    private static string? ArgumentOf<T>(Type type)
        where T : Attribute =>
        type.GetCustomAttributesData().SingleOrDefault(a => a.AttributeType == typeof(T))?.ConstructorArguments[0].Value
            as string;

    private static string Name(Type type) =>
        type.IsArray ? Name(type.GetElementType()!) + "[]"
        : type.IsGenericType ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GenericTypeArguments.Select(Name))}>"
        : type.FullName!.StartsWith("Orleans.Mmu.", StringComparison.Ordinal) ? type.FullName["Orleans.Mmu.".Length..]
        : type.Name;
}
