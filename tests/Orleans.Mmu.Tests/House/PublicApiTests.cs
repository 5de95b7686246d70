using System.Xml.Linq;
using Orleans.Mmu.Tests.Client;
using PublicApiGenerator;

namespace Orleans.Mmu.Tests.House;

/// <summary>
/// What a package promises to those who build on it: its public types and members, kept in golden/api, and a summary
/// for each type. A change of them shows as a difference of that file, which has to be intended.
/// </summary>
public sealed class PublicApiTests
{
    /// <summary>The rooms that are libraries; the client is a tool.</summary>
    public static TheoryData<string> Libraries => [.. Rooms.FromTheGround.Where(room => room != "Client")];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Public_types_and_members_are_those_on_file(string room) =>
        Golden.Check(
            Path.Combine("api", room),
            PublicTypes(room).GeneratePublicApi(new() { IncludeAssemblyAttributes = false }) + "\n");

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Every_public_type_has_a_summary(string room)
    {
        var assembly = Rooms.Assembly(room);
        var summaries = XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml")).Descendants("member")
            .Where(member => !string.IsNullOrWhiteSpace(member.Element("summary")?.Value))
            .Select(member => member.Attribute("name")!.Value)
            .ToHashSet();
        Assert.Empty(PublicTypes(room).Select(type => "T:" + type.FullName!.Replace('+', '.')).Except(summaries));
    }

    [Fact]
    public void The_tool_is_no_library() => Assert.Equal(["Program"], PublicTypes("Client").Select(type => type.Name));

    /// <summary>The exported types without those that Orleans, Razor and the compiler generate.</summary>
    private static Type[] PublicTypes(string room) =>
    [
        .. Rooms.Assembly(room).GetExportedTypes()
            .Where(type => type.Namespace?.StartsWith("OrleansCodeGen", StringComparison.Ordinal) != true)
            .Where(type => !type.FullName!.Contains('<') && type.Name != "_Imports")
            .Where(type => !typeof(Microsoft.AspNetCore.Components.ComponentBase).IsAssignableFrom(type)),
    ];
}
