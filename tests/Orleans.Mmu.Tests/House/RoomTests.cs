using System.Xml.Linq;

namespace Orleans.Mmu.Tests.House;

/// <summary>A room uses only rooms below it, and the three at the bottom know nothing of Orleans.</summary>
public sealed class RoomTests
{
    private static readonly string[] FromTheGround = ["Arm", "Linux", "Checking", "Interfaces", "Grains", "Silo", "Client"];

    public static TheoryData<string> Rooms => [.. FromTheGround];

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_room_references_only_rooms_below_it(string room)
    {
        var project = XDocument.Load(Path.Combine(Repository.Root, "src", room, $"{room}.csproj"));
        foreach (var reference in project.Descendants("ProjectReference"))
        {
            string other = Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/'));
            Assert.Contains(other, FromTheGround);
            Assert.True(Array.IndexOf(FromTheGround, other) < Array.IndexOf(FromTheGround, room), $"{room} must not use {other}");
        }
    }

    [Theory]
    [InlineData("Arm")]
    [InlineData("Linux")]
    [InlineData("Checking")]
    public void The_rooms_at_the_bottom_reference_no_package(string room)
    {
        var project = XDocument.Load(Path.Combine(Repository.Root, "src", room, $"{room}.csproj"));
        Assert.Empty(project.Descendants("PackageReference"));
    }

    [Fact]
    public void There_are_seven_rooms_and_no_other()
    {
        var found = Directory.GetDirectories(Path.Combine(Repository.Root, "src")).Select(d => Path.GetFileName(d)!).Order();
        Assert.Equal(FromTheGround.Order(), found);
    }

    // A transitive reference would let a room use what it does not name: what the assemblies really use is checked too.
    [Theory]
    [MemberData(nameof(Rooms))]
    public void What_an_assembly_uses_lies_below_it(string room)
    {
        var assembly = System.Reflection.Assembly.Load(room == "Client" ? "mmu" : $"Orleans.Mmu.{room}");
        foreach (var reference in assembly.GetReferencedAssemblies())
        {
            string name = reference.Name == "mmu" ? "Client" : reference.Name!;
            string other = name.StartsWith("Orleans.Mmu.", StringComparison.Ordinal) ? name["Orleans.Mmu.".Length..] : name;
            int index = Array.IndexOf(FromTheGround, other);
            Assert.True(index < Array.IndexOf(FromTheGround, room), $"{room} uses {other}");
        }
    }
}
