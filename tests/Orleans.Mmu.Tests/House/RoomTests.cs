namespace Orleans.Mmu.Tests.House;

/// <summary>A room uses only rooms below it, and those under Interfaces know nothing of Orleans.</summary>
public sealed class RoomTests
{
    public static TheoryData<string> All => [.. Rooms.FromTheGround];

    public static TheoryData<string> Core => [.. Rooms.WithoutPackages];

    [Theory]
    [MemberData(nameof(All))]
    public void A_room_references_only_rooms_below_it(string room)
    {
        foreach (var reference in Rooms.Project(room).Descendants("ProjectReference"))
            AssertBelow(
                room, Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')));
    }

    [Theory]
    [MemberData(nameof(Core))]
    public void The_rooms_under_Interfaces_reference_no_package(string room) =>
        Assert.Empty(Rooms.Project(room).Descendants("PackageReference"));

    [Theory]
    [InlineData("Traces")]
    [InlineData("Litmus")]
    [InlineData("Costs")]
    [InlineData("Checking")]
    public void The_machine_s_grains_see_neither_linter_nor_litmus_reader_nor_TLB_counter_nor_checker(string room)
    {
        foreach (string machine in (string[])["Interfaces", "Grains"])
            Assert.DoesNotContain(
                $"Orleans.Mmu.{room}", Rooms.Assembly(machine).GetReferencedAssemblies().Select(a => a.Name));
    }

    [Fact]
    public void Every_folder_of_src_is_a_room()
    {
        var found = Directory.GetDirectories(Path.Combine(Repository.Root, "src")).Select(d => Path.GetFileName(d)!)
            .Order();
        Assert.Equal(Rooms.FromTheGround.Order(), found);
    }

    // A transitive reference would let a room use what it does not name: what the assemblies really use is checked too.
    [Theory]
    [MemberData(nameof(All))]
    public void What_an_assembly_uses_lies_below_it(string room)
    {
        foreach (var reference in Rooms.Assembly(room).GetReferencedAssemblies())
        {
            string name = reference.Name == "mmu" ? "Orleans.Mmu.Client" : reference.Name!;
            if (name.StartsWith("Orleans.Mmu.", StringComparison.Ordinal))
                AssertBelow(room, name["Orleans.Mmu.".Length..]);
        }
    }

    private static void AssertBelow(string room, string other)
    {
        var rooms = Rooms.FromTheGround.ToList();
        Assert.Contains(other, rooms);
        Assert.True(rooms.IndexOf(other) < rooms.IndexOf(room), $"{room} must not use {other}");
    }
}
